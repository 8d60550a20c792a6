"""The grant register (授权登记簿): its rows, what an entry must be, who keeps it."""

"""Payables from release to the bank's report, and the lock on them."""

"""Papers: their content fixed with the case, their PDF made on demand, and the check of who holds one."""

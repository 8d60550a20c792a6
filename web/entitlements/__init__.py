"""What people have and get, on pages: the register, unmasked with a reason, and payables."""

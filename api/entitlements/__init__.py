"""What people have and get, through HTTP: the register, and payables until they are paid."""

"""What ``tongban`` does besides serving: founding, keeping, keys, calculators, verifying."""

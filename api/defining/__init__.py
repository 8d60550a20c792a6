"""What the office works by, through HTTP: processes with their guides, rules, calculators."""

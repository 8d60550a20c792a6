"""What the office works by, on pages: processes and their versions, rules, guides, calculators."""

"""Calculators for everybody: what the law makes of some figures, with every line of it (四告知)."""

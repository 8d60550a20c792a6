"""Signing in: passwords and what keeps guessers out, sessions, another party's word."""

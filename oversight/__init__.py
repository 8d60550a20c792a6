"""Oversight: recomputes what the office wrote, and says where it doesn't hold."""

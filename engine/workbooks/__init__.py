"""Workbooks from employers: lists of employees read, checked, kept, and shown a page at a time."""

"""The rules an office works by, versions in force, and how a case of the province changes them."""

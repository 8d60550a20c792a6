"""The office's own people in its journal: staff, keys, factors, qualifications, relatives, leaves."""

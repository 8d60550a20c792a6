"""One folder per process (业务事项): its form, its path, what it writes, and its public guide."""

"""The dated parameters this version ships, one file a theme; ``register.parameter_files`` reads them."""

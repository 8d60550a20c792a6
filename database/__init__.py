"""Where everything is kept: connections, column types, keys, clock and migrations."""

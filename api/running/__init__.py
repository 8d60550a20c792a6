"""A server from start to stop: its socket, its workers, its health, and the jobs beside it."""

"""How a node runs: its health, its log, its figures, and the jobs behind the requests."""

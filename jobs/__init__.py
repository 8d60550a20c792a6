"""Work behind the request: short sweeps on DBOS that claim leased rows, on any number of nodes."""

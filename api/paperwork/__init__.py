"""Papers through HTTP: documents, notices, refusals at the window, numbered paper, the check."""

"""Papers on the desk: of a case, refusals at the window, and numbered paper."""

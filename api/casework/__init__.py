"""One case through HTTP: drafted, accepted, read, corrected, withdrawn, met about."""

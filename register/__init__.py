"""The register of rights (权益记录): persons, employers, accounts, ledger, and the pension rules."""

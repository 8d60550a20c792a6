"""An office as it stands: agencies and sections, people and accounts, who holds which post."""

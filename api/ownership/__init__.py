"""Who answers for a case and for whoever came, through HTTP."""

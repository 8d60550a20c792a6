"""Who answers for a case and for whoever came, on pages."""

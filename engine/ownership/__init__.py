"""Who answers for a case and for whoever came: owners, questions to superiors, first contacts."""

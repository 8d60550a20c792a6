"""What clients say (好差评、投诉), and what they and the staff were told."""

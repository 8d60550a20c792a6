"""Messages to applicants and staff: an outbox row with what makes it due, sent from there later."""

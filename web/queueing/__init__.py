"""What waits, on pages: the queue with its filters, and the supervisors' board."""

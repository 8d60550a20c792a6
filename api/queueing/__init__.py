"""What waits, through HTTP: tasks and their signing, queues, clocks, the supervisors' board."""

"""The lists people work from: queues with their filters and pages, claims, and handing a task on."""

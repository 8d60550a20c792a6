"""When a case is due: calendars, the two clocks, what stops them, warnings, and timers."""

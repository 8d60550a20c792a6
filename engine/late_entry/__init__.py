"""Late entry (停电、断网、上门): numbered paper reserved, accounted for, and entered afterwards."""

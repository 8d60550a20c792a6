"""HTTP as JSON, the settings, the composition root and the command line: where transactions open."""

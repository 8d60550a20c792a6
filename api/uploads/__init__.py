"""What is handed in as a file: scans of materials, signed forms, employers' lists."""

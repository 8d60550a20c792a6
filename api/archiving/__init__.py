"""The archive (归档) through HTTP: files and volumes, disposal after retention, and erasure."""

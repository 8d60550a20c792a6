"""The archive on the desk: files and volumes, loans, disposal, erasure."""

"""Scans of materials: sealed, kept by digest in a folder or a bucket, found and removed safely."""

"""The archive (归档): manifests, volumes, lending, supplements, and disposal after retention."""

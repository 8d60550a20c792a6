"""The office's own people on pages: staff and posts, grants, leaves, deputies, training."""

"""The office's own people through HTTP: staff, posts and grants, leaves, deputies, training."""

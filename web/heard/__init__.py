"""Pages for whoever holds a paper, without signing in, and what the office makes of them."""

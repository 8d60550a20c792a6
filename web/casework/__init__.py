"""A case on the desk: its page and what is done there, its signing, and meetings about it."""

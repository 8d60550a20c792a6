"""Who is at the other end: signing in, second factors, passwords, keys."""

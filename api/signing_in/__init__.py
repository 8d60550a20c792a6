"""Who is at the other end: signing in and out, second factors, passwords, keys."""

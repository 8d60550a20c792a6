"""Can this still be signed? (还能签齐吗): distinct people for every step that is left, today and later."""

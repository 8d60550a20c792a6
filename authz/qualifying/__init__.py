"""Training and certificates (培训与资格): who is qualified for his post, and for how long."""

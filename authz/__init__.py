"""Who may do what: agencies, people, posts, grants, sign-in, and the only door to Casbin."""

"""Second factors: enrolled, demanded by post, asked for, lost and replaced."""

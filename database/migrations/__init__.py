"""Alembic migrations: the only way a database gets its tables."""

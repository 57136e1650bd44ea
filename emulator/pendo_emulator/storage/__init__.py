"""Storage: SQLite or PostgreSQL, its schema, writer and reader."""

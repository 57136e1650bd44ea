"""The store: SQLite or PostgreSQL, its tables, writer and reader."""

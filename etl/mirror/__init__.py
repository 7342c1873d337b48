"""The mirror: one DuckDB file with everything that is published, for use without a network."""

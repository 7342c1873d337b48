"""The SQL models of chartlake: one select per file, one folder per layer."""

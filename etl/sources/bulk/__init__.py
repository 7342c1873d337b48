"""Bulk tables: one file with the rows of many charts and dates."""

"""Doors to AWS: clients, and errors in plain words. They know nothing of the lake."""

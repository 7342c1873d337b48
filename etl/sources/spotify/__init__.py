"""Spotify: its Web API, logging in to it, and responses of it that people have saved."""

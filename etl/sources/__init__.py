"""Where data comes from: Spotify's Web API, chart files, MusicBrainz, and what they taught us."""

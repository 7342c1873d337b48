"""An invented chart world, and a local stand-in for the Spotify Web API that serves it."""

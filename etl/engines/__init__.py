"""Other engines over the same lake: the questions in their dialects, and the history they read."""

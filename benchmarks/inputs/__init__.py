"""Made-up inputs of the sizes that charts have, written as streams: no input is held in memory."""

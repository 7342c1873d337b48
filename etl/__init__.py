"""Stages, doors and values of chartlake; the command line is `etl.cli`."""

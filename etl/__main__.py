"""`python -m etl` is `chartlake`."""

from etl.cli import main

main()

"""``python -m danggol``."""

from danggol.cli import main

main()

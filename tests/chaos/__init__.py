"""Nights under fire: real kills, cut connections, full disks, any order, readers.

`make chaos NIGHTS=` runs as many as one likes and prints a tally; `make test` runs a
few of each through the same functions.
"""

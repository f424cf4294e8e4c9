"""Mining: what a customer is worth, how likely to stay, what to offer next.

Pure functions of frames and arrays; `mining.jobs` is the only module that reads
or writes the warehouse.
"""

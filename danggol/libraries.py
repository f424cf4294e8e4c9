"""Imports what a night builds on and takes seconds to import, and nothing of ours.

For processes from which others are forked. polars is left out: it starts threads,
which do not survive a fork.
"""

from importlib import import_module

for module in (
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "dbt.task.build",
    "great_expectations.expectations",
    "pandas",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
):
    import_module(module)

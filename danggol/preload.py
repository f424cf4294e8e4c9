"""Imported once by the process from which Airflow forks its tasks.

Only what comes from elsewhere is named, so a task always runs the project's code of
today. polars is left out: it starts threads, which do not survive a fork.
"""

import gc
from importlib import import_module

# Measured: 5 CPU seconds that every task would spend again.
for module in (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "dbt.task.build",
    "great_expectations.expectations",
    "pandas",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
):
    import_module(module)

# A collection would touch every object, and so copy every page into every worker.
gc.collect()
gc.freeze()

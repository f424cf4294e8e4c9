"""Imported once by the process from which Airflow forks its tasks.

Only what comes from elsewhere is named, so a task always runs the project's code of
today.
"""

import gc
from importlib import import_module

# Measured: 5 CPU seconds that every task would spend again.
for module in (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "danggol.libraries",
):
    import_module(module)

# A collection would touch every object, and so copy every page into every worker.
gc.collect()
gc.freeze()

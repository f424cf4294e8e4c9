"""Pull one business date of the operational tables into `raw`.

Runs every night for the day before, which is the run's partition key. The task loads,
reconciles read rows with stored ones, and checks the gate; a rerun stores nothing
twice.
"""

from airflow.sdk import dag, task

from assets import RAW_SHOP
from schedule import BUSINESS_DATE, COMPANY_END, COMPANY_START, NIGHTLY_ARGS, nightly


@dag(
    schedule=nightly(),
    start_date=COMPANY_START,
    end_date=COMPANY_END,
    catchup=True,
    max_active_runs=1,
    default_args=NIGHTLY_ARGS,
    tags=["ingest"],
    doc_md=__doc__,
)
def load_shop() -> None:
    @task(outlets=[RAW_SHOP])
    def load(business_date: str) -> None:
        """Load, reconcile, gate."""
        from danggol import stages

        stages.load_shop(stages.business_date(business_date), driver="airflow")

    load(BUSINESS_DATE)


load_shop()

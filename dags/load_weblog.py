"""Read one business date of the web server's logs into `raw`.

Follows the load of the operational tables for the same date, the run's partition
key. A company without logs succeeds with no rows, so that the star is built.
"""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from assets import RAW_SHOP, RAW_WEBLOG
from schedule import BUSINESS_DATE, NIGHTLY_ARGS


@dag(
    schedule=PartitionedAssetTimetable(assets=RAW_SHOP),
    max_active_runs=1,
    default_args=NIGHTLY_ARGS,
    tags=["ingest"],
    doc_md=__doc__,
)
def load_weblog() -> None:
    @task(outlets=[RAW_WEBLOG])
    def load(business_date: str) -> None:
        """Load, reconcile, gate."""
        from danggol import stages

        stages.load_weblog(stages.business_date(business_date), driver="airflow")

    load(BUSINESS_DATE)


load_weblog()

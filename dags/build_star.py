"""Build, check and publish the star once a night's sources are all in `raw`.

Both loads of the business date have ended by then, the logs being last. Readers of
`marts` see the night before until the gate has passed, and all of the new one after.
"""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from assets import CORE_MARTS, RAW_WEBLOG
from schedule import BUSINESS_DATE, NIGHTLY_ARGS


@dag(
    schedule=PartitionedAssetTimetable(assets=RAW_WEBLOG),
    max_active_runs=1,
    default_args=NIGHTLY_ARGS,
    tags=["star"],
    doc_md=__doc__,
)
def build_star() -> None:
    @task(outlets=[CORE_MARTS])
    def build(business_date: str) -> None:
        """Build with dbt, gate, publish."""
        from danggol import stages

        stages.build_star(stages.business_date(business_date), driver="airflow")

    build(BUSINESS_DATE)


build_star()

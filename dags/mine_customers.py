"""Score every customer whenever a night's star has been published.

Reads the marts, writes `mined.*`, checks what was written, and only then publishes
the scores as marts. What each score means is told in `mining/`.
"""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from assets import CORE_MARTS, MINED_MARTS
from danggol.mining_jobs import MINING_JOBS
from schedule import BUSINESS_DATE, NIGHTLY_ARGS


@dag(
    schedule=PartitionedAssetTimetable(assets=CORE_MARTS),
    max_active_runs=1,
    default_args=NIGHTLY_ARGS,
    tags=["mining"],
    doc_md=__doc__,
)
def mine_customers() -> None:
    @task
    def mine(job: str, business_date: str) -> None:
        """Run one job; its rows of that date replace older ones."""
        from danggol import stages

        stages.mine(job, stages.business_date(business_date), driver="airflow")

    @task(outlets=[MINED_MARTS], trigger_rule="all_done")
    def publish(business_date: str) -> None:
        """Gate, build, publish what passed; fail at the end if a job failed."""
        from danggol import stages

        stages.publish_mined(stages.business_date(business_date), driver="airflow")

    @task
    def retain(business_date: str) -> None:
        """Let go what the settings do not keep."""
        from danggol import stages

        stages.retain(stages.business_date(business_date), driver="airflow")

    mined = mine.partial(business_date=BUSINESS_DATE).expand(job=list(MINING_JOBS))
    mined >> publish(BUSINESS_DATE) >> retain(BUSINESS_DATE)


mine_customers()

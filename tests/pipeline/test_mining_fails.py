"""A mining job fails, is killed, or its model is not worth it; the others publish."""

from datetime import date

import pytest

from danggol import stages
from danggol.mining_jobs import MINED_MARTS, MINING_JOBS
from tests.pipeline.made_company import HISTORY, NIGHTS, MadeCompany

pytestmark = pytest.mark.postgres
FIRST, SECOND, _ = NIGHTS


def newest_publications(company: MadeCompany) -> dict[str, tuple[date, str, str]]:
    """As-of date, status and reason of each mined mart's newest publication."""
    return {
        mart: tuple(told)
        for mart, *told in company.ask(
            "select distinct on (mart) mart, as_of_date, status, reason"
            " from marts.publications where mart = any(%s)"
            " order by mart, publication_id desc",
            list(MINED_MARTS),
        )
    }


def newest_nights(company: MadeCompany) -> dict[str, date]:
    """The night that each mined mart shows."""
    return {
        mart: day
        for mart in MINED_MARTS
        for (day,) in company.ask(f"select max(as_of_date) from marts.{mart}")
        if day is not None
    }


@pytest.mark.parametrize("job", MINING_JOBS)
def test_marts_of_a_job_that_fails_keep_the_last_good_night(
    job: str, company: MadeCompany
):
    table = MINING_JOBS[job][0]
    company.tell_warehouse(f"revoke insert on mined.{table} from miner")

    with pytest.raises(stages.MiningFailed, match=job):
        company.night(FIRST)

    own = set(MINING_JOBS[job])
    told = newest_publications(company)
    assert {mart for mart, (_, status, _) in told.items() if status == "held"} == own
    assert {told[mart][2] for mart in own} == {f"mining job {job} failed"}
    shown = newest_nights(company)
    assert {shown[mart] for mart in shown.keys() - own} == {FIRST}
    assert {shown[mart] for mart in shown.keys() & own} <= {HISTORY}

    company.tell_warehouse(f"grant insert on mined.{table} to miner")
    company.night(FIRST)
    assert set(newest_nights(company).values()) == {FIRST}


def test_a_job_that_was_killed_and_left_no_word_has_failed(company: MadeCompany):
    company.night(FIRST)
    for day in (SECOND,):
        stages.load_shop(day)
        stages.load_weblog(day)
        stages.build_star(day)
    for job in MINING_JOBS:
        if job != "lifetime_values":
            stages.mine(job, SECOND)

    with pytest.raises(stages.MiningFailed, match="lifetime_values"):
        stages.publish_mined(SECOND)

    shown = newest_nights(company)
    assert shown.pop("customer_lifetime_values") == FIRST
    assert set(shown.values()) == {SECOND}


def test_a_model_that_is_not_worth_it_does_not_publish(company: MadeCompany):
    reason = "auc: rfm_rule is better by 0.100 (at least 0.050)"
    company.tell_warehouse(
        "update mined.model_runs set is_published = false,"
        f" reason = '{reason}' where model_code = 'churn'"
    )

    company.night(FIRST)

    told = newest_publications(company)
    assert told["churn_predictions"][1:] == ("held", reason)
    assert {
        status for mart, (_, status, _) in told.items() if mart != "churn_predictions"
    } == {"published"}
    assert newest_nights(company)["churn_predictions"] == HISTORY

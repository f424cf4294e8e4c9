"""What other models or settings built is built anew by the next night."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from danggol import stages, transformation
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import LATER_NIGHTS, MadeCompany

pytestmark = pytest.mark.postgres
NIGHT = LATER_NIGHTS[0]  # visitor 6 comes at 14:00 and at 14:50


@pytest.fixture(scope="module")
def company(after_each_night: list[Saved], restore: Restore) -> Iterator[MadeCompany]:
    with restore(after_each_night[-1]) as company:
        company.night(NIGHT)
        yield company


def sessions(company: MadeCompany) -> int:
    query = "select count(*) from marts.fct_web_sessions where session_date = %s"
    ((count,),) = company.ask(query, NIGHT)
    return int(count)


def test_a_night_with_another_setting_builds_what_the_old_one_built(
    company: MadeCompany,
):
    before = sessions(company)
    settings = {"rfm_window_days": 28, "churn_horizon_days": 28}
    company.change_settings(settings=settings | {"session_timeout_minutes": 60})

    company.night(NIGHT, anew=True)

    # two visits of one visitor, fifty minutes apart, become one
    assert (before, sessions(company)) == (8, 7)
    assert [each for each in stages.rebuild() if each.inserted or each.deleted] == []


def test_a_night_with_the_same_models_and_settings_builds_no_old_batch(
    company: MadeCompany,
):
    company.night(NIGHT, anew=True)

    assert company.ask(
        "select rows_in from ledger.stage_runs where stage = 'build_star'"
        " order by stage_run_id desc limit 1"
    ) == [(0,)]


def test_the_digest_changes_with_a_model_and_with_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transformation, "DBT_PROJECT", tmp_path)
    model = tmp_path / "models" / "core" / "fct_orders.sql"
    model.parent.mkdir(parents=True)
    model.write_text("select 1")
    digests = [transformation.models_digest({"time_zone": "Asia/Seoul"})]
    digests.append(transformation.models_digest({"time_zone": "UTC"}))
    model.write_text("select 2")
    digests.append(transformation.models_digest({"time_zone": "UTC"}))
    model.rename(model.with_name("fct_order_lines.sql"))
    digests.append(transformation.models_digest({"time_zone": "UTC"}))

    assert len(set(digests)) == 4
    assert transformation.models_digest({"time_zone": "UTC"}) == digests[-1]

"""Models of anchor dates: trained once, in order, and again when their past changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler

from mining.jobs.anchors import Recipe, Training, code_hash, model_of
from warehouse import Warehouse
from warehouse.connection import Connection
from warehouse.ledger import begin_build, end_build
from warehouse.models import ModelDamaged

pytestmark = pytest.mark.postgres

SETTINGS = """
create table marts.company_settings as
select 365::bigint as rfm_window_days, null::bigint as churn_horizon_days,
    52::bigint as clv_horizon_weeks, 0.1::float8 as yearly_rate,
    null::float8 as margin_rate, date '2024-01-01' as history_first_date,
    date '2025-01-01' as first_anchor_date;
grant select on marts.company_settings to miner;
"""
MEASURE = {
    "subject_code": "all",
    "measure_code": "auc",
    "contender_code": "model",
    "bin_number": 0,
    "value": 0.75,
    "row_count": 10,
    "status": "measured",
}


@dataclass(frozen=True)
class Configuration:
    """What the toy model is set to."""

    strength: int = 1


class Trainer:
    """Trains a scaler whose mean is the number of trainings so far."""

    def __init__(self, reason: str | None = None) -> None:
        self.anchors: list[date] = []
        self.previous: list[float | None] = []
        self._reason = reason

    def __call__(
        self,
        connection: Connection,
        anchor: date,
        configuration: Configuration,
        previous: StandardScaler | None,
    ) -> Training[StandardScaler]:
        self.anchors.append(anchor)
        self.previous.append(None if previous is None else float(previous.mean_[0]))
        model = StandardScaler().fit(np.full((2, 1), float(len(self.anchors))))
        first = date(2024, 1, 1)
        return Training(model, 10, first, pd.DataFrame([MEASURE]), self._reason)


def recipe(
    train: Callable[..., Training[Any]], strength: int = 1
) -> Recipe[StandardScaler]:
    return Recipe(
        code="toy",
        modules=("mining.histories",),
        configuration=lambda settings: Configuration(strength),
        train=train,
        types=(),
    )


@pytest.fixture
def company(warehouse: Warehouse) -> Warehouse:
    with warehouse.connect("admin") as connection:
        connection.execute(SETTINGS)
    return warehouse


def publish_star(warehouse: Warehouse, first_affected: date) -> None:
    with warehouse.connect("publisher") as connection:
        build = begin_build(connection, date(2025, 3, 2), uuid4(), "star")
        connection.execute(
            "update ledger.builds set first_affected_date = %s where build_id = %s",
            [first_affected, build],
        )
        end_build(connection, build, "published")


def test_training_one_first_trains_every_missing_one_before_it(company: Warehouse):
    trainer = Trainer()

    model, run = model_of(company, recipe(trainer), date(2025, 3, 31), again=False)

    assert trainer.anchors == [date(2025, month, 1) for month in (1, 2, 3)]
    assert trainer.previous == [None, 1.0, 2.0]
    assert (model.mean_[0], run.anchor_date) == (3.0, date(2025, 3, 1))
    assert (run.training_first_date, run.training_last_date, run.training_count) == (
        date(2024, 1, 1),
        date(2025, 2, 28),
        10,
    )


def test_a_night_goes_by_the_model_that_there_is(company: Warehouse):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2025, 2, 1), again=False)

    model, run = model_of(company, recipe(trainer), date(2025, 2, 28), again=True)

    assert (len(trainer.anchors), model.mean_[0]) == (2, 2.0)
    assert run.model_version.startswith("toy-2025-02-01-")


def test_a_day_before_the_first_anchor_has_one_of_its_own(company: Warehouse):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2024, 11, 20), again=False)

    assert trainer.anchors == [date(2024, 11, 1)]


def test_other_settings_make_another_model(company: Warehouse):
    trainer = Trainer()
    _, one = model_of(company, recipe(trainer), date(2025, 1, 5), again=False)
    _, other = model_of(company, recipe(trainer, 2), date(2025, 1, 5), again=False)

    assert len(trainer.anchors) == 2
    assert one.model_version != other.model_version


def test_after_an_upgrade_a_night_trains_its_own_anchor_only(company: Warehouse):
    before, after = Trainer(), Trainer()
    model_of(company, recipe(before), date(2025, 3, 1), again=False)

    model_of(company, recipe(after, 2), date(2025, 3, 2), again=False)
    assert (after.anchors, after.previous) == ([date(2025, 3, 1)], [2.0])
    model_of(company, recipe(after, 2), date(2025, 3, 2), again=True)

    # the last once more, with the new one before it
    assert after.anchors[1:] == [date(2025, month, 1) for month in (1, 2, 3)]


def test_late_rows_count_when_a_night_is_mined_again(company: Warehouse):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2025, 3, 1), again=False)
    publish_star(company, first_affected=date(2025, 2, 10))

    model_of(company, recipe(trainer), date(2025, 3, 2), again=False)
    assert len(trainer.anchors) == 3  # nothing new
    model_of(company, recipe(trainer), date(2025, 3, 2), again=True)

    # the anchors of January and of the first of February saw nothing of that day
    assert trainer.anchors[3:] == [date(2025, 3, 1)]
    assert trainer.previous[3:] == [2.0]


def test_what_was_trained_with_a_model_that_is_no_more_is_trained_anew(
    company: Warehouse,
):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2025, 2, 1), again=False)
    # late for the first anchor only, which is mined again after the second was trained
    publish_star(company, first_affected=date(2024, 12, 10))
    model_of(company, recipe(trainer), date(2025, 3, 1), again=False)
    model_of(company, recipe(trainer), date(2025, 2, 2), again=True)
    assert trainer.anchors[3:] == [date(2025, 1, 1), date(2025, 2, 1)]

    model_of(company, recipe(trainer), date(2025, 3, 2), again=True)

    assert trainer.anchors[5:] == [date(2025, 3, 1)]
    assert trainer.previous[5:] == [5.0]


def test_rows_of_the_anchor_day_itself_are_not_of_its_past(company: Warehouse):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2025, 1, 31), again=False)
    publish_star(company, first_affected=date(2025, 1, 1))

    model_of(company, recipe(trainer), date(2025, 1, 31), again=True)

    assert len(trainer.anchors) == 1


def test_a_model_that_was_changed_is_not_used(company: Warehouse):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2025, 1, 5), again=False)
    with company.connect("admin") as connection:
        connection.execute("update mined.model_runs set content = 'other'::bytea")

    with pytest.raises(ModelDamaged, match="the model toy of 2025-01-01"):
        model_of(company, recipe(trainer), date(2025, 1, 5), again=False)


def test_a_night_reads_no_model_that_it_does_not_stand_on(company: Warehouse):
    trainer = Trainer()
    model_of(company, recipe(trainer), date(2025, 3, 1), again=False)
    with company.connect("admin") as connection:
        connection.execute(
            "update mined.model_runs set content = 'other'::bytea"
            " where anchor_date = '2025-01-01'"
        )

    model, _ = model_of(company, recipe(trainer), date(2025, 3, 2), again=False)
    assert model.mean_[0] == 3.0
    with pytest.raises(ModelDamaged, match="the model toy of 2025-01-01"):
        model_of(company, recipe(trainer), date(2025, 3, 2), again=True)


class Unlisted(BaseEstimator):
    """An estimator that nobody says a model may be made of."""


def test_a_model_of_types_that_are_not_listed_is_not_loaded(company: Warehouse):
    def train(*_: object) -> Training[Unlisted]:
        evaluations = pd.DataFrame([MEASURE])
        return Training(Unlisted(), 10, date(2024, 1, 1), evaluations)

    with pytest.raises(TypeError, match="Unlisted"):
        model_of(company, recipe(train), date(2025, 1, 5), again=False)


def test_what_lies_in_a_package_is_of_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "package_with_queries"
    package.mkdir()
    parts = [package / name for name in ("__init__.py", "labels.py", "counts.sql")]
    for part in parts:
        part.write_text("1\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    hashes = [code_hash([package.name])]
    assert code_hash([package.name]) == hashes[0]

    for part in parts:
        part.write_text("2\n", "utf-8")
        hashes.append(code_hash([package.name]))
    assert len(set(hashes)) == 1 + len(parts)


def test_measures_are_kept_with_the_version(company: Warehouse):
    trainer = Trainer("worse than the naive rule")
    _, run = model_of(company, recipe(trainer), date(2025, 1, 5), again=False)

    with company.connect("auditor") as connection:
        kept = connection.execute(
            "select model_version, measure_code, value from mined.model_evaluations"
        ).fetchall()
    assert kept == [(run.model_version, "auc", 0.75)]
    assert (run.is_published, run.reason) == (False, "worse than the naive rule")

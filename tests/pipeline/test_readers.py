"""Readers at work while two nights are published, with a query of five seconds.

`make chaos` publishes six nights under a query of three minutes.
"""

import pytest

from tests.chaos.readers import faults_of, reading, truth_of
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import HISTORY, NIGHTS

pytestmark = pytest.mark.postgres
TWO_NIGHTS = NIGHTS[:2]


def test_readers_see_whole_nights_and_wait_for_nothing(
    after_history: Saved, after_each_night: list[Saved], restore: Restore
):
    saved = dict(
        zip((HISTORY, *TWO_NIGHTS), (after_history, *after_each_night), strict=False)
    )
    truth = {night: truth_of(each.warehouse) for night, each in saved.items()}

    with restore(after_history) as company, reading(company.warehouse, 5.0) as seen:
        for night in TWO_NIGHTS:
            company.night(night)

    assert faults_of(seen, truth) == []
    assert set(seen.star) == set(truth)
    assert {mined for _, mined in seen.pairs} == set(truth)

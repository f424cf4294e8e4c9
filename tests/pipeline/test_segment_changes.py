"""Who changed the segment on the made company's nights, why, and since when.

27 February: M31 buys first; M30 is told to have bought a week ago, and M29 to have
bought nothing. 28 February: M27 turns out to be M26, and M99 is told of, who bought.
1 March: M25 is forgotten. 2 March: M20 is erased; 3 March: and joins again. On 4 and 5
March nothing happens at all; before the latter the window is set to 21 days.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from danggol.environment import Environment
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import (
    HISTORY,
    LATER_NIGHTS,
    NIGHTS,
    MadeCompany,
)
from warehouse.vault import forget

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
QUIET, OTHER_RULES = date(2024, 3, 4), date(2024, 3, 5)
ALL = (HISTORY, *NIGHTS, *LATER_NIGHTS, QUIET, OTHER_RULES)
CHANGE = "select change, cause_code from marts.customer_segment_changes"


@pytest.fixture(scope="module")
def company(after_each_night: list[Saved], restore: Restore) -> Iterator[MadeCompany]:
    """The company after all of its nights, a quiet one, and one by other rules."""
    with restore(after_each_night[-1]) as made:
        forget(made.warehouse, "M25", Environment.current().keyed_hash)
        for day in (*LATER_NIGHTS, QUIET):
            made.night(day)
        made.change_settings(
            settings={
                "rfm_window_days": 21,
                "session_timeout_minutes": 30,
                "churn_horizon_days": 28,
            }
        )
        made.night(OTHER_RULES)
        yield made


def segments_of(company: MadeCompany, day: date) -> dict[str, str]:
    """Segment of everybody on a night, but of who had left."""
    return dict(
        company.ask(
            "select customer_id, rfm_segment_code from mined.customer_segments"
            " where as_of_date = %s and not has_left",
            day,
        )
    )


def test_the_changes_are_what_differs_between_two_nights(company: MadeCompany):
    for before, after in pairwise(ALL):
        old, new = segments_of(company, before), segments_of(company, after)
        found = company.ask(
            "select previous_as_of_date, customer_id, from_code, to_code, change"
            " from marts.customer_segment_changes where as_of_date = %s order by 2",
            after,
        )

        assert [tuple(row) for row in found] == [
            (
                before,
                who,
                old.get(who),
                new.get(who),
                "entered" if who not in old else "moved" if who in new else "left",
            )
            for who in sorted(old.keys() | new.keys())
            if old.get(who) != new.get(who)
        ]


def test_the_causes_are_explained_and_sum_to_the_moves(company: MadeCompany):
    causes = company.ask(
        "select reason_code, count(*) from marts.customer_segment_changes"
        " left join marts.dim_reasons on reason_group_code = 'segment_change'"
        " and reason_code = cause_code where change = 'moved' group by 1"
    )
    moves = sum(
        len(
            {who for who in old.keys() & new.keys() if old[who] != new[who]},
        )
        for old, new in pairwise(segments_of(company, day) for day in ALL)
    )

    assert None not in dict(causes)
    assert sum(count for _, count in causes) == moves > 0


@pytest.mark.parametrize(
    ("day", "customer", "change"),
    [
        pytest.param(NIGHTS[0], "M30", ("entered", "late_data"), id="told late"),
        pytest.param(NIGHTS[0], "M31", ("entered", "own_behaviour"), id="first order"),
        pytest.param(NIGHTS[0], "M29", ("left", "late_data"), id="bought nothing"),
        pytest.param(NIGHTS[1], "M27", ("left", "merge"), id="merged"),
        pytest.param(NIGHTS[1], "M99", ("entered", "late_data"), id="a buyer told of"),
        pytest.param(LATER_NIGHTS[0], "M25", ("left", "own_behaviour"), id="forgotten"),
        pytest.param(LATER_NIGHTS[1], "M20", ("left", "own_behaviour"), id="erased"),
        pytest.param(
            LATER_NIGHTS[2], "M20", ("entered", "own_behaviour"), id="joins again"
        ),
    ],
)
def test_who_came_and_went_did_so_for_the_reason_that_is_told(
    day: date, customer: str, change: tuple[str, str], company: MadeCompany
):
    assert company.ask(
        CHANGE + " where as_of_date = %s and customer_id = %s", day, customer
    ) == [change]


def test_on_a_night_without_an_order_nobody_moved_by_the_own_doing(
    company: MadeCompany,
):
    found = set(company.ask(CHANGE + " where as_of_date = %s", QUIET))

    # orders of 5 February leave the window of 28 days
    assert ("moved", "clock") in found
    assert found <= {("moved", "clock"), ("moved", "peers_shift")}


def test_when_only_the_rules_change_every_move_is_theirs(company: MadeCompany):
    found = company.ask(CHANGE + " where as_of_date = %s", OTHER_RULES)

    assert len(found) > 0
    assert set(found) == {("moved", "rule_version")}


def test_periods_are_the_nights_told_without_repetition(company: MadeCompany):
    nights = company.ask(
        "select as_of_date, customer_id, rfm_segment_code from marts.customer_segments"
    )

    assert len(nights) > 200
    assert sorted(nights) == sorted(
        company.ask(
            "select night.as_of_date, customer_id, rfm_segment_code"
            " from marts.customer_segment_periods as period"
            " inner join (select distinct as_of_date from marts.customer_segments)"
            " as night on night.as_of_date >= valid_from"
            " and night.as_of_date < valid_to"
        )
    )
    assert company.ask(
        "select count(*) from marts.customer_segment_periods as period"
        " inner join marts.customer_segment_periods as later"
        " on later.customer_id = period.customer_id"
        " and later.valid_from = period.valid_to"
        " and later.rfm_segment_code = period.rfm_segment_code"
    ) == [(0,)]


def test_nights_that_are_let_go_stay_in_the_periods(
    company: MadeCompany, after_each_night: list[Saved]
):
    told = "select customer_id, valid_from, rfm_segment_code from {} order by 1, 2"
    periods = company.ask(told.format("marts.customer_segment_periods"))
    company.change_settings(retention={"mined_nights": 2})
    company.night(OTHER_RULES)

    assert company.ask(
        "select count(distinct as_of_date) from marts.customer_segments"
    ) == [(3,)]  # and the end of February
    assert company.ask(told.format("marts.customer_segment_periods")) == periods


def test_a_customer_has_what_was_mined_beside_what_was_bought(company: MadeCompany):
    assert company.ask(
        "select count(*) from marts.customer_360 as whole"
        " full join marts.customer_segments_current as segments using (customer_id)"
        " where (whole.rfm_segment_code, whole.segments_as_of_date)"
        " is distinct from (segments.rfm_segment_code, segments.as_of_date)"
    ) == [(0,)]
    assert company.ask(
        "select count(clv_amount) > 20, count(churn_probability) >= 0,"
        " count(distinct customer_id) = count(*) from marts.customer_360"
    ) == [(True, True, True)]

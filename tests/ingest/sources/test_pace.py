"""A source is read no faster than the company wants."""

import pytest

from ingest.sources.pace import Pace


@pytest.fixture
def waits() -> list[float]:
    return []


def paced(
    rows_per_second: int | None, waits: list[float], seconds_a_row: float
) -> Pace:
    """A pace whose clock goes on by itself with each look, and by each wait."""
    looks = iter(range(10**9))
    return Pace(
        rows_per_second, lambda: next(looks) * seconds_a_row + sum(waits), waits.append
    )


@pytest.mark.parametrize("rows", [1, 50])
def test_rows_take_as_long_as_they_may(rows, waits):
    pace = paced(1_000, waits, 0.0)

    for _ in range(5_000 // rows):
        pace.let_through(rows)

    assert sum(waits) == pytest.approx(5.0, abs=0.05)
    assert min(waits) >= 0.02


def test_a_source_that_is_slow_itself_is_not_waited_for(waits):
    assert list(paced(1_000, waits, 0.002).paced(range(3_000))) == list(range(3_000))
    assert waits == []


def test_without_a_pace_rows_pass_untouched(waits):
    rows = [1, 2]

    assert paced(None, waits, 0.0).paced(rows) is rows
    assert waits == []

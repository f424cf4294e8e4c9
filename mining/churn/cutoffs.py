"""Which days of the past are cutoffs to learn from, and which to be judged on.

From the last day that is known, cutoffs go back in steps of a part of the horizon. The
latest ones whose label windows do not overlap are the tests: a rolling origin. A model
that is judged at a test has learnt only from cutoffs whose label window was over then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mining.churn.config import ChurnConfig


@dataclass(frozen=True, slots=True)
class Plan:
    """Cutoffs before an anchor.

    Attributes
    ----------
    horizon_days : int
        Length of the label windows.
    known_until : date
        Last day that may be looked at.
    cutoffs : tuple of date
        All that are needed, rising; each label window is over at `known_until`.
    tests : tuple of date
        Those that candidates are judged on, rising.
    training_cutoffs : int
        How many a model learns from.
    """

    horizon_days: int
    known_until: date
    cutoffs: tuple[date, ...]
    tests: tuple[date, ...]
    training_cutoffs: int

    def closed_at(self, day: date) -> tuple[date, ...]:
        """Latest cutoffs whose label window was over at the end of a day."""
        latest = day - timedelta(days=self.horizon_days)
        closed = [each for each in self.cutoffs if each <= latest]
        return tuple(closed[-self.training_cutoffs :])


def plan_cutoffs(
    anchor: date,
    first_day: date,
    horizon_days: int,
    config: ChurnConfig,
    judged_until: date | None = None,
) -> Plan:
    """Cutoffs to train and to judge the models of an anchor.

    Parameters
    ----------
    anchor : date
        Only days before it are looked at.
    first_day : date
        First day of the history. At the first cutoff a horizon of it is over.
    horizon_days : int
    config : ChurnConfig
    judged_until : date, optional
        Last day of the label windows that are judged, if it is before the anchor.

    Returns
    -------
    Plan
        Without tests, or without cutoffs, where the history is too short.
    """
    known_until = anchor - timedelta(days=1)
    span = (known_until - first_day).days + 1
    step = max(horizon_days // config.cutoffs_a_horizon, 1)
    # days between the cutoff and the last known day
    back = range(horizon_days, span - horizon_days + 1, step)
    cutoffs = [known_until - timedelta(days=days) for days in back]
    tests = _tests(cutoffs, horizon_days, config, min(judged_until or anchor, anchor))
    return Plan(
        horizon_days=horizon_days,
        known_until=known_until,
        cutoffs=_needed(cutoffs, tests, horizon_days, config),
        tests=tests,
        training_cutoffs=config.training_cutoffs,
    )


def _tests(
    cutoffs: Sequence[date], horizon_days: int, config: ChurnConfig, until: date
) -> tuple[date, ...]:
    """The latest cutoffs a horizon apart that some other could have been learnt for."""
    tests: list[date] = []
    horizon = timedelta(days=horizon_days)
    for cutoff in cutoffs:
        is_apart = not tests or cutoff + horizon <= tests[-1]
        has_past = cutoffs[-1] + horizon <= cutoff
        if is_apart and has_past and cutoff + horizon <= until:
            tests.append(cutoff)
    return tuple(sorted(tests[: config.test_cutoffs]))


def _needed(
    cutoffs: Sequence[date],
    tests: tuple[date, ...],
    horizon_days: int,
    config: ChurnConfig,
) -> tuple[date, ...]:
    """The latest ones, those before each test, and the tests."""
    needed = {*cutoffs[: config.training_cutoffs], *tests}
    for test in tests:
        closed = [each for each in cutoffs if (test - each).days >= horizon_days]
        needed.update(closed[: config.training_cutoffs])
    return tuple(sorted(needed))

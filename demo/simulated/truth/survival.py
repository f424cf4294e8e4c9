"""How long customers stay: the true chance to be there on each day after a cutoff.

Closed forms of what `course` draws. Every cause of leaving is independent of the others
given the state, so the chances are multiplied; of Poisson triggers to come, those that
make a customer leave are a Poisson process again.
"""

import numpy as np

from demo.simulated.causes.approaches import CAMPAIGNS, contact_chance
from demo.simulated.causes.assortment import PriceRise
from demo.simulated.causes.days import day_number
from demo.simulated.causes.happenings import State
from demo.simulated.causes.matters import (
    TRIGGER_DAYS,
    Matter,
    Matters,
    answer_share,
    late_share,
)
from demo.simulated.causes.population import Population
from demo.simulated.moments import DAY, Floats, Ints, place_among
from demo.simulated.plan import LEAVING, SAVE_DAYS, SAVING, Plan, Trigger


def survival(
    plan: Plan,
    rises: tuple[PriceRise, ...],
    people: Population,
    state: State,
    who: Ints,
    ahead: int,
) -> Floats:
    """Chance to be still there on each of the days after the cutoff.

    Parameters
    ----------
    people : Population
        The customers `who`, all of them there at the cutoff.
    state : State
        Of the whole population, at the cutoff.
    ahead : int
        Days.

    Returns
    -------
    ndarray of shape (n, ahead)
    """
    day = np.arange(1, ahead + 1)
    log = -_steady_rate(plan, people)[:, None] * day
    for kind, rate in (
        (Matter.INQUIRY, people.inquiry_rate * plan.inquiry_unanswered),
        (Matter.REPAIR, people.repair_rate * plan.repair_late),
    ):
        fatal = rate * LEAVING[_TRIGGERS[kind]]
        log -= fatal[:, None] * np.clip(day - TRIGGER_DAYS[kind], 0, None)
    log += people.hazard[:, None] * (1 - SAVING) * _saved(state, who, ahead)
    jumps = np.zeros((len(who), ahead))
    _add_rises(jumps, rises, people, state.day)
    _add_waiting(jumps, plan, state, who)
    log += np.cumsum(jumps, axis=1)
    out = np.exp(log) * _campaigns(people, state.day, ahead)
    out[state.day + day >= people.merge_day[:, None]] = 0
    return out


_TRIGGERS = {
    Matter.INQUIRY: Trigger.INQUIRY_UNANSWERED,
    Matter.REPAIR: Trigger.LATE_REPAIR,
}


def _steady_rate(plan: Plan, people: Population) -> Floats:
    """Rate of leaving by what may come on any day alike."""
    rep = np.where(people.rep >= 0, plan.rep_leaving_rate, 0.0)
    rate: Floats = (
        people.hazard
        + people.search_rate * LEAVING[Trigger.FAILED_SEARCHES]
        + rep * LEAVING[Trigger.REP_LEFT]
    )
    return rate


def _overlap(start: Ints, cutoff: int, ahead: int) -> Ints:
    """Days of saving, begun at `start`, within the time up to each day's end."""
    end = cutoff + 1 + np.arange(1, ahead + 1)
    until = np.minimum(end, (start + SAVE_DAYS)[:, None])
    days: Ints = np.clip(until - np.maximum(start, cutoff + 1)[:, None], 0, None)
    return days


def _saved(state: State, who: Ints, ahead: int) -> Ints:
    return _overlap(state.saved[who], state.day, ahead)


def _add_rises(
    jumps: Floats, rises: tuple[PriceRise, ...], people: Population, cutoff: int
) -> None:
    stays = np.log1p(-LEAVING[Trigger.PRICE_RISE])
    for rise in rises:
        at = rise.day - cutoff - 1
        if 0 <= at < jumps.shape[1]:
            jumps[people.favourite == rise.category, at] += stays


def _add_waiting(jumps: Floats, plan: Plan, state: State, who: Ints) -> None:
    """What waits at the cutoff may turn out to be too late."""
    waiting = waiting_of(state.open, who)
    waiting = waiting.taken(waiting.kind < Matter.OFFER)
    at = waiting.trigger_day - state.day - 1
    age = (state.day + 1) * DAY - waiting.opened
    known = answer_share(age.astype(np.float64))
    neglected = plan.inquiry_unanswered
    unanswered = neglected / (neglected + (1 - neglected) * (1 - known))
    late = late_share(plan, state.day - waiting.opened // DAY)
    leaves = np.where(
        waiting.kind == Matter.INQUIRY,
        unanswered * LEAVING[Trigger.INQUIRY_UNANSWERED],
        late * LEAVING[Trigger.LATE_REPAIR],
    )
    within = at < jumps.shape[1]
    place = np.searchsorted(who, waiting.customer[within])
    np.add.at(jumps, (place, at[within]), np.log1p(-leaves[within]))


def waiting_of(waiting: Matters, who: Ints) -> Matters:
    """Open matters of the customers `who`, which rise."""
    return waiting.taken(place_among(who, waiting.customer) >= 0)


def _campaigns(people: Population, cutoff: int, ahead: int) -> Floats:
    """What campaigns to come do: those that harm, and those that save."""
    out = np.ones((len(people), ahead))
    for campaign in CAMPAIGNS:
        start = day_number(campaign.start)
        at = start - cutoff - 1
        if not 0 <= at < ahead:
            continue
        chance = contact_chance(campaign, people)
        out[:, at:] *= 1 - (chance * campaign.leaving)[:, None]
        if campaign.is_save:
            days = _overlap(np.array([start]), cutoff, ahead)
            spared = np.exp((people.hazard * (1 - campaign.saving))[:, None] * days)
            out *= 1 + chance[:, None] * (spared - 1)
    return out

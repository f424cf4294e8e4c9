"""Other futures from the same past: what is hidden in a state is drawn anew."""

from dataclasses import fields, replace

import numpy as np
from scipy.special import gammaincc, gammainccinv

from demo.simulated.causes.course import Course, offer_effect
from demo.simulated.causes.happenings import State
from demo.simulated.causes.matters import (
    Matter,
    Matters,
    end_inquiries,
    end_offers,
    end_quotes,
    end_repairs,
)
from demo.simulated.causes.population import NEVER
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, Floats, Ints
from demo.simulated.plan import SAVE_DAYS, SAVING


def several(world: World, state: State, who: Ints, copies: int) -> tuple[World, State]:
    """A world of these customers only, each of them there `copies` times.

    Every copy has desks of its own, so that no two share what befalls a desk.
    """
    index = np.tile(who, copies)
    which = np.repeat(np.arange(copies), len(who))
    people = world.population.taken(index)
    desks = world.plan.reps
    rep = np.where(people.rep >= 0, people.rep + which * desks, -1)
    place = np.searchsorted(who, state.open.customer)
    place = np.minimum(place, len(who) - 1)
    own = state.open.taken(who[place] == state.open.customer)
    at = np.searchsorted(who, own.customer)
    waiting = Matters.none()
    for copy in range(copies):
        waiting += replace(own, customer=at + copy * len(who))
    arrays = {
        each.name: getattr(state, each.name)[index]
        for each in fields(State)
        if isinstance(getattr(state, each.name), np.ndarray)
    }
    other = State(day=state.day, open=waiting, number=state.number, **arrays)
    return replace(world, population=replace(people, rep=rep)), other


def redraw(rng: np.random.Generator, course: Course, state: State) -> None:
    """Draw anew what is hidden, given what is known at the end of the state's day."""
    people, end = course.population, state.day + 1
    everybody = np.arange(len(people))
    state.left = people.merge_day.copy()
    state.lapse = end + _until_lapse(rng, people.hazard, state.saved, end)
    age = course.days.clock[people.kind, end] - state.renewed
    rate = people.shape / people.mean_gap
    beyond = gammaincc(people.shape, np.maximum(age, 0) * rate)
    gap = gammainccinv(people.shape, rng.random(len(people)) * beyond) / rate
    state.due = state.renewed + gap
    state.due_day = np.maximum(course.day_at(everybody, state.due), end)
    state.withdrawn[:] = NEVER
    state.open = _redrawn(rng, course, state)


def _until_lapse(
    rng: np.random.Generator, hazard: Floats, saved: Ints, end: int
) -> Floats:
    wait = rng.exponential(size=len(hazard)) / hazard
    spared = np.clip(saved + SAVE_DAYS - end, 0, SAVE_DAYS)
    within = wait <= SAVING * spared
    return np.where(within, wait / SAVING, wait + (1 - SAVING) * spared)


def _redrawn(rng: np.random.Generator, course: Course, state: State) -> Matters:
    parts = Matters.none()
    for kind in Matter:
        own = state.open.of(kind)
        age = state.day - own.opened // DAY
        if kind == Matter.INQUIRY:
            seconds = (state.day + 1) * DAY - own.opened
            ends, fate = end_inquiries(rng, course.plan, own.opened, seconds)
        elif kind == Matter.REPAIR:
            ends, fate = end_repairs(rng, course.plan, own.opened, age)
        elif kind == Matter.OFFER:
            effect = offer_effect(course.population, own.customer, own.number)
            ends, fate = end_offers(rng, effect, own.opened, age)
        else:
            ends, fate = end_quotes(rng, course.plan, own.opened, age)
        parts += replace(own, ends=ends, fate=fate)
    return parts

"""What is said to be true, against many futures of the same customers."""

from dataclasses import dataclass

import numpy as np
import pytest

from demo.simulated.causes.assortment import percent_off, unit_price
from demo.simulated.causes.baskets import Baskets, Ladders
from demo.simulated.causes.course import Course
from demo.simulated.causes.happenings import FROM_QUOTE, State
from demo.simulated.causes.world import World
from demo.simulated.moments import Bools, Floats, Ints, chance
from demo.simulated.plan import CHANNEL_SHARES, Plan
from demo.simulated.truth.cutoffs import Ahead, Truth
from tests.demo.simulated.futures import redraw, several

HORIZONS = (28, 91, 182, 364)
COPIES = 600
THIRD = 50  # of the customers: who wait for something, who were saved, others
MONTHS_BEFORE, MONTHS = 7, 20


@dataclass(frozen=True)
class Futures:
    """The truth of some customers, and what became of each copy of them."""

    truth: Ahead
    place: Ints  # of each customer among those of the truth
    purchases: Floats  # copies, customers, horizons
    net: Floats  # the same; without orders out of quotes
    quoteless: Bools  # customers who are never quoted anything


def lived(plan: Plan) -> tuple[World, State, Ladders]:
    """A company at the end of some months."""
    world = World.of(plan)
    course, baskets = Course(world), Baskets(world)
    state = course.begin(chance(plan.seed, "begin"))
    for month in range(MONTHS_BEFORE):
        last = int(world.days.month_starts[month + 1])
        happened = course.step(chance(plan.seed, "course", month), state, last)
        bought = happened.purchases
        rng = chance(plan.seed, "baskets", month)
        baskets.draw(rng, bought.customer, bought.day)
    return world, state, baskets.ladders


@pytest.fixture(scope="module")
def futures() -> Futures:
    # many leave, are called and are quoted something, so that all of it matters
    plan = Plan(
        customers=2_500,
        months=MONTHS,
        seed=11,
        business_share=0.3,
        median_gap=150.0,
        median_hazard=1 / 400,
        inquiry_rate=0.01,
        repair_rate=0.01,
        quote_rate=0.02,
        rep_leaving_rate=1 / 200,
    )
    world, state, ladders = lived(plan)
    truth = Truth(world).ahead(state, ladders, HORIZONS)
    there = truth.customer[state.gone()[truth.customer] > state.day]
    waits = np.intersect1d(there, state.open.customer)
    saved = np.intersect1d(there, np.flatnonzero(state.saved >= 0))
    others = [waits[:THIRD], saved[:THIRD], there[-THIRD:]]
    who = np.unique(np.concatenate(others))
    several_world, several_state = several(world, state, who, COPIES)
    course = Course(several_world, desks=plan.reps * COPIES)
    rng = chance(99, "futures")
    redraw(rng, course, several_state)
    baskets = Baskets(several_world)
    baskets.ladders.step = np.tile(ladders.step[who], (COPIES, 1))
    baskets.ladders.since = np.tile(ladders.since[who], (COPIES, 1))
    purchases = np.zeros((len(HORIZONS), COPIES * len(who)))
    net = np.zeros_like(purchases)
    for begin in range(state.day + 1, state.day + 1 + HORIZONS[-1], 28):
        happened = course.step(rng, several_state, begin + 28)
        bought = happened.purchases
        paid = paid_for(rng, several_world, baskets, bought.customer, bought.day)
        paid[bought.source == FROM_QUOTE] = 0
        for at, horizon in enumerate(HORIZONS):
            within = bought.day <= state.day + horizon
            np.add.at(purchases[at], bought.customer[within], 1)
            np.add.at(net[at], bought.customer[within], paid[within])
    shape = (len(HORIZONS), COPIES, len(who))
    return Futures(
        truth,
        np.searchsorted(truth.customer, who),
        purchases.reshape(shape).transpose(1, 2, 0),
        net.reshape(shape).transpose(1, 2, 0),
        world.population.quote_rate[who] == 0,
    )


def paid_for(
    rng: np.random.Generator, world: World, baskets: Baskets, customer: Ints, day: Ints
) -> Floats:
    """What is paid for a basket of each purchase."""
    people, assortment = world.population, world.assortment
    lines = baskets.draw(rng, customer, day)
    shares = np.cumsum(CHANNEL_SHARES, axis=1)[people.habit[customer], :-1]
    channel = (rng.random(len(customer))[:, None] >= shares).sum(axis=1)
    percent = percent_off(
        people.price_group[customer], channel, world.days.is_promotion[day]
    )
    price = assortment.list_price[day[lines.basket], lines.product]
    paid = unit_price(price, percent[lines.basket]) * lines.quantity
    return np.bincount(lines.basket, paid, len(customer))


def test_every_customers_chance_of_no_purchase_is_as_frequent_as_said(
    futures: Futures,
) -> None:
    chance_of_none = futures.truth.no_purchase[futures.place]
    seen = (futures.purchases == 0).mean(axis=0)
    error = np.sqrt(chance_of_none * (1 - chance_of_none) / COPIES)
    score = (seen - chance_of_none) / np.maximum(error, 0.5 / COPIES)

    assert np.abs(score).max() < 5
    assert np.all(np.abs(score.mean(axis=0)) < 4 / np.sqrt(score.shape[0]))
    assert np.all((score**2).mean(axis=0) < 1.6)


def test_the_expected_number_of_purchases_is_the_mean_of_the_futures(
    futures: Futures,
) -> None:
    assert_means(futures.purchases, futures.truth.purchases[futures.place])


def test_the_expected_amount_is_the_mean_of_what_is_paid(futures: Futures) -> None:
    never_quoted = futures.quoteless
    net = futures.truth.net_amount[futures.place]

    assert never_quoted.sum() > 50
    assert_means(futures.net[:, never_quoted], net[never_quoted])


def assert_means(seen: Floats, expected: Floats) -> None:
    """Each horizon's mean over customers lies within its sampling error."""
    mean = seen.mean(axis=0)
    error = seen.std(axis=0) / np.sqrt(len(seen))
    often = (seen > 0).sum(axis=0) > 50  # else the error is not known
    score = (mean - expected)[often] / error[often]
    total = (mean - expected).sum(axis=0) / np.sqrt((error**2).sum(axis=0))

    assert often.mean() > 0.8
    assert np.all(np.abs(total) < 4)
    assert np.abs(score).max() < 5

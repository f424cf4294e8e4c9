"""What is planted comes out within its sampling error, over twenty seeds."""

import numpy as np
import pytest

from demo.simulated.causes.approaches import CAMPAIGNS, RANDOMISED
from demo.simulated.causes.assortment import SLOTS
from demo.simulated.causes.baskets import size_class_of
from demo.simulated.causes.days import BUSINESS, PRIVATE, WEEKDAYS
from demo.simulated.causes.happenings import FROM_OFFER, ORGANIC
from demo.simulated.moments import Bools, Floats, Ints
from demo.simulated.plan import (
    CAMPAIGN_DAYS,
    LEAVING,
    SAVE_DAYS,
    SAVING,
    Plan,
    Trigger,
)
from tests.demo.simulated.lives import Life, life

SEEDS = range(20)
ERRORS = 4.0  # standard errors that a figure may be away from what is planted


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    # few tastes, so that many baskets are of the same one
    return [
        life(Plan(customers=2_000, months=24, seed=seed, tastes=4)) for seed in SEEDS
    ]


def assert_close(seen: float, planted: float, error: float) -> None:
    assert abs(seen - planted) < ERRORS * error, (seen, planted, error)


def test_gaps_have_the_mean_and_the_shape_of_their_customer(
    lives: list[Life],
) -> None:
    scaled, shapes = [], []
    for each in lives:
        people, bought = each.world.population, each.purchases
        own = bought.source == ORGANIC
        customer, day = bought.customer[own], bought.day[own]
        kind = people.kind[customer]
        # noon of the day, in operational time
        time = each.world.days.clock[:, day][kind, np.arange(len(day))]
        order = np.lexsort([time, customer])
        customer, time, day = customer[order], time[order], day[order]
        follows = customer[1:] == customer[:-1]
        mean = people.mean_gap[customer[:-1]]
        # only where even a very long gap would be seen to end
        ends = np.minimum(each.gone, each.world.days.count)[customer[:-1]]
        room = ends - day[:-1] > 9 * mean + 30
        may = room & (mean > 12)
        first = np.zeros(len(may), dtype=np.bool_)
        _, at = np.unique(customer[:-1][may], return_index=True)
        first[np.flatnonzero(may)[at]] = True
        chosen = first & follows
        scaled.append((np.diff(time) / mean)[chosen])
        shapes.append(people.shape[customer[:-1]][chosen])
    gap, shape = np.concatenate(scaled), np.concatenate(shapes)

    assert len(gap) > 2_000
    assert_close(gap.mean(), 1.0, gap.std() / np.sqrt(len(gap)))
    for each in np.unique(shape):
        own = (gap[shape == each] - 1) ** 2
        assert_close(own.mean(), 1 / each, own.std() / np.sqrt(len(own)))


@pytest.mark.parametrize("kind", [PRIVATE, BUSINESS])
def test_weekdays_are_as_busy_as_planted(lives: list[Life], kind: int) -> None:
    seen, expected = np.zeros(7), np.zeros(7)
    for each in lives:
        days, bought = each.world.days, each.purchases
        people = each.world.population
        own = people.kind[bought.customer] == kind
        # joining by buying has the calendar of joining
        own &= bought.day > people.joined[bought.customer]
        own &= bought.source == ORGANIC
        count = np.bincount(bought.day[own], minlength=days.count)
        busy = np.diff(days.clock[kind])[: days.count]
        level = np.convolve(count, np.ones(91), "same")
        level /= np.convolve(busy, np.ones(91), "same")
        weekday = (np.arange(days.count) + 6) % 7  # 1 January 2023 was a Sunday
        seen += np.bincount(weekday, count)
        expected += np.bincount(weekday, busy * level)
    ratio = seen / expected

    assert np.abs((ratio - 1) * np.sqrt(seen)).max() < ERRORS
    share = seen / seen.sum()
    told = np.array(WEEKDAYS[kind]) / sum(WEEKDAYS[kind])
    assert np.abs(share - told).max() < 0.02  # holidays take their part


@pytest.mark.parametrize("trigger", Trigger)
def test_a_trigger_makes_as_many_leave_as_planted(
    lives: list[Life], trigger: Trigger
) -> None:
    met = [each.met for each in lives]
    left = np.concatenate([each.has_left[each.kind == trigger] for each in met])
    planted = LEAVING[trigger]

    assert len(left) > 300
    error = np.sqrt(planted * (1 - planted) / len(left))
    assert abs(left.mean() - planted) <= ERRORS * error


def test_the_others_lapse_at_their_own_hazard_and_the_saved_at_a_lower_one(
    lives: list[Life],
) -> None:
    seen, expected = np.zeros(2), np.zeros(2)
    for each in lives:
        people, state = each.world.population, each.state
        begin = np.maximum(people.joined, 0)
        lapse = np.minimum(state.lapse, 1e6)
        end = np.minimum(np.minimum(state.left, each.world.days.count), lapse)
        saved = np.zeros(len(people))
        lapsed_saved = np.zeros(len(people), dtype=np.bool_)
        for happened in each.months:
            contacts = happened.contacts
            is_save = np.array([one.is_save for one in CAMPAIGNS])[contacts.campaign]
            own = is_save & ~contacts.is_holdout
            who, day = contacts.customer[own], contacts.day[own]
            days = np.minimum(end[who], day + SAVE_DAYS) - day
            saved[who] += np.clip(days, 0, None)
            lapsed_saved[who] |= (lapse[who] >= day) & (lapse[who] < day + SAVE_DAYS)
        lapses = (lapse < each.world.days.count) & (lapse < state.left)
        exposed = np.clip(end - begin, 0, None) - saved
        seen += (lapses & ~lapsed_saved).sum(), (lapses & lapsed_saved).sum()
        expected += (people.hazard * exposed).sum(), (people.hazard * saved).sum()
    expected[1] *= SAVING

    assert np.all(seen > 200)
    assert np.all(np.abs(seen - expected) < ERRORS * np.sqrt(expected))


def test_nobody_buys_or_is_met_by_anything_before_joining_or_after_leaving(
    lives: list[Life],
) -> None:
    for each in lives:
        joined = each.world.population.joined
        bought, met = each.purchases, each.met
        leaves = met.customer[met.has_left]

        assert np.all(each.gone >= joined)
        assert np.all(bought.day >= joined[bought.customer])
        assert np.all(bought.day < each.gone[bought.customer])
        assert np.all(met.day >= joined[met.customer])
        assert np.all(met.day <= each.gone[met.customer])
        assert np.array_equal(each.gone[leaves], met.day[met.has_left])


def test_who_buys_often_buys_much(lives: list[Life]) -> None:
    rates, values = [], []
    for each in lives:
        people = each.world.population
        private = people.kind == PRIVATE
        rates.append(-np.log(people.mean_gap[private]))
        values.append(np.log(people.extra_lines[private]))
    rate = np.concatenate(rates)
    tie = float(np.corrcoef(rate, np.concatenate(values))[0, 1])

    # gaps are cut off at both ends, which takes a little of the correlation
    assert_close(tie, Plan().value_correlation, 1 / np.sqrt(len(rate)) + 0.002)


def test_baskets_are_over_dispersed_as_planted(lives: list[Life]) -> None:
    excess, errors = [], []
    for each in lives[:5]:
        bought, lines = each.baskets()
        free = len(each.world.assortment.shares)
        is_free = lines.product // SLOTS < free
        size = np.bincount(lines.basket[is_free], minlength=len(bought.customer))
        mean = each.world.population.extra_lines[bought.customer]
        # of a negative binomial number: variance - mean = mean^2 / dispersion
        own = ((size - 1 - mean) ** 2 - mean) / mean**2
        excess.append(own)
        errors.append(size - 1 - mean)
    over, off = np.concatenate(excess), np.concatenate(errors)

    assert_close(off.mean(), 0, off.std() / np.sqrt(len(off)))
    assert_close(
        over.mean(), 1 / Plan().lines_dispersion, over.std() / np.sqrt(len(over))
    )


def test_pairs_have_the_planted_odds_ratios_within_taste_and_size(
    lives: list[Life],
) -> None:
    assortment = lives[0].world.assortment
    tables = np.zeros((len(assortment.pairs), 0, 2, 2))
    for each in lives:
        bought, lines = each.baskets()
        category = lines.product // SLOTS
        count = len(bought.customer)
        free = category < len(assortment.shares)
        size = np.bincount(lines.basket[free], minlength=count)
        taste = each.world.population.taste[bought.customer]
        stratum = taste * 4 + size_class_of(size)
        own = [
            two_by_two(has(lines.basket, category, pair, count), stratum)
            for pair in assortment.pairs
        ]
        tables = np.concatenate([tables, np.stack(own)], axis=1)

    for table, planted in zip(tables, assortment.odds_ratios, strict=True):
        log_ratio, error = mantel_haenszel(table)
        assert error < 0.2
        assert_close(log_ratio, float(np.log(planted)), error)


def has(basket: Ints, category: Ints, pair: Ints, count: int) -> Bools:
    """Whether each basket has each category of a pair."""
    out = np.zeros((2, count), dtype=np.bool_)
    for row, member in zip(out, pair, strict=True):
        row[basket[category == member]] = True
    return out


def two_by_two(has_each: Bools, stratum: Ints) -> Floats:
    """Baskets with and without each of two, a table for each stratum."""
    cell = stratum * 4 + has_each[0] * 2 + has_each[1]
    counts = np.bincount(cell, minlength=4 * (int(stratum.max()) + 1))
    return counts.reshape(-1, 2, 2).astype(np.float64)


def mantel_haenszel(tables: Floats) -> tuple[float, float]:
    """Common log odds ratio of strata, and its error.

    References
    ----------
    Robins, Breslow and Greenland (1986), Biometrics 42, 311-323.
    """
    tables = tables[tables.sum(axis=(1, 2)) > 0]
    total = tables.sum(axis=(1, 2))
    a, b = tables[:, 1, 1], tables[:, 1, 0]
    c, d = tables[:, 0, 1], tables[:, 0, 0]
    r, s = a * d / total, b * c / total
    p, q = (a + d) / total, (b + c) / total
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    return float(np.log(r.sum() / s.sum())), float(np.sqrt(variance))


@pytest.mark.parametrize("kind", sorted({each.kind for each in CAMPAIGNS}))
def test_a_campaign_brings_the_planted_orders_and_no_others(
    lives: list[Life], kind: str
) -> None:
    seen = expected = variance = 0.0
    strong = np.zeros((2, 2))  # halves by response: orders, contacts
    for each in lives:
        people, bought = each.world.population, each.purchases
        for happened in each.months:
            contacts = happened.contacts
            own = np.isin(contacts.campaign, numbers_of(kind)) & ~contacts.is_holdout
            who, day = contacts.customer[own], contacts.day[own]
            # who leaves within the days may leave before the order
            stays = each.gone[who] > day + CAMPAIGN_DAYS
            stays &= day + CAMPAIGN_DAYS < each.world.days.count
            who, number = who[stays], contacts.campaign[own][stays]
            offers = bought.source == FROM_OFFER
            key = bought.customer[offers] * 1_000 + bought.number[offers]
            orders = np.isin(who * 1_000 + number, key)
            campaign = [CAMPAIGNS[one] for one in number]
            low = np.array([one.weakest for one in campaign])
            high = np.array([one.strongest for one in campaign])
            effect = low + (high - low) * people.response[who]
            seen += orders.sum()
            expected += effect.sum()
            variance += (effect * (1 - effect)).sum()
            half = (people.response[who] > 0.5).astype(np.int64)
            strong[:, 0] += np.bincount(half, orders, 2)
            strong[:, 1] += np.bincount(half, minlength=2)

    assert strong[:, 1].min() > 500
    assert abs(seen - expected) <= ERRORS * np.sqrt(variance)
    if kind == "offer":
        weak, much = strong[:, 0] / strong[:, 1]
        assert much > 1.5 * weak


def numbers_of(kind: str) -> list[int]:
    return [at for at, each in enumerate(CAMPAIGNS) if each.kind == kind]


def test_only_the_call_makes_the_approached_leave_more_than_the_held_out(
    lives: list[Life],
) -> None:
    for kind in ("call", "newsletter"):
        left = np.zeros((2, 2))  # approached and held out: those who leave, all
        for each in lives:
            for happened in each.months:
                contacts = happened.contacts
                own = np.isin(contacts.campaign, numbers_of(kind))
                own &= contacts.assignment == RANDOMISED
                own &= each.gone[contacts.customer] >= contacts.day
                leaves = each.gone[contacts.customer] == contacts.day
                held = contacts.is_holdout[own].astype(np.int64)
                left[:, 0] += np.bincount(held, leaves[own], 2)
                left[:, 1] += np.bincount(held, minlength=2)
        rate = left[:, 0] / left[:, 1]
        planted = LEAVING[Trigger.HARMFUL_CALL] if kind == "call" else 0.0
        error = np.sqrt((rate * (1 - rate) / left[:, 1]).sum())

        assert_close(rate[0] - rate[1], planted, max(error, 0.001))

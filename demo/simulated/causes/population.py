"""Who the customers are: what each has from birth and never tells anybody.

Rates, tastes and habits are drawn once; what happens to a customer is drawn later, by
the month. Customers are numbered in the order of joining.
"""

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import ndtr

from demo.simulated.causes.assortment import Assortment
from demo.simulated.causes.days import BUSINESS, PRIVATE, Days
from demo.simulated.moments import Bools, Floats, Ints, chance
from demo.simulated.plan import Plan

NEVER = 1 << 30  # a day that does not come
LONGEST_MEMBERSHIP = 1_500  # days before the history
SHORTEST_GAP, LONGEST_GAP = 4.0, 900.0  # days, so that nobody lives in the shop


@dataclass(frozen=True)
class Population:
    """Arrays of equal length, an entry a membership.

    Attributes
    ----------
    joined : ndarray
        Day of joining; negative before the history.
    kind : ndarray
        `PRIVATE` or `BUSINESS`.
    household, account, rep : ndarray
        Household at first, account, and desk of the representative; -1 for none.
    store : ndarray
        Branch where the customer is at home.
    taste : ndarray
        Row of `Tastes`.
    favourite : ndarray
        Category that the taste likes best.
    shape, mean_gap : ndarray
        Of the gamma gaps between purchases, in operational days.
    extra_lines : ndarray
        Mean number of lines of a basket beyond the first, pairs aside.
    price_group, habit : ndarray
        Row of the discounts and of the shares of channels.
    hazard : ndarray
        Of leaving without a trace, a day.
    hazard_rank, response, affinity : ndarray
        Between 0 and 1: rank of the hazard, strength of a campaign's effect, and
        what campaigns aim at.
    inquiry_rate, repair_rate, search_rate, quote_rate, visit_rate : ndarray
        Poisson rates a day; visits are those to the web shop.
    is_listed : ndarray of bool
        Whether campaigns may reach the customer.
    merged_into, merge_day : ndarray
        The membership that goes on and since when; -1 and `NEVER` for none.
    """

    joined: Ints
    kind: Ints
    household: Ints
    account: Ints
    rep: Ints
    store: Ints
    taste: Ints
    favourite: Ints
    shape: Floats
    mean_gap: Floats
    extra_lines: Floats
    price_group: Ints
    habit: Ints
    hazard: Floats
    hazard_rank: Floats
    response: Floats
    affinity: Floats
    inquiry_rate: Floats
    repair_rate: Floats
    search_rate: Floats
    quote_rate: Floats
    visit_rate: Floats
    is_listed: Bools
    merged_into: Ints
    merge_day: Ints

    def __len__(self) -> int:
        """Number of memberships."""
        return len(self.joined)

    def taken(self, index: Ints) -> "Population":
        """These customers, in this order."""
        return Population(
            **{each.name: getattr(self, each.name)[index] for each in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class Tastes:
    """What households like: a library of tastes, the last one everybody's on average.

    Attributes
    ----------
    share : ndarray of shape (tastes + 1, free categories)
        Chance of a category for a line outside pairs; Dirichlet around popularity.
    pair_factor : ndarray of shape (tastes + 1, pairs, 2)
        By what the shares of a pair's categories are multiplied; gamma, mean 1.
    """

    share: Floats
    pair_factor: Floats

    @classmethod
    def of(cls, plan: Plan, assortment: Assortment) -> "Tastes":
        """The tastes of a plan."""
        rng = chance(plan.seed, "tastes")
        gammas = rng.gamma(
            plan.taste_concentration * assortment.shares * len(assortment.shares) / 8,
            size=(plan.tastes, len(assortment.shares)),
        )
        gammas = np.maximum(gammas, 1e-9)
        share = np.vstack(
            [gammas / gammas.sum(axis=1, keepdims=True), assortment.shares]
        )
        factor = np.ones((plan.tastes + 1, *assortment.pair_shares.shape))
        factor[:-1] = rng.gamma(8.0, 1 / 8, factor[:-1].shape)
        return cls(share, factor)


def populate(plan: Plan, days: Days, tastes: Tastes) -> Population:
    """Draw everybody who is or becomes a customer within the history."""
    rng = chance(plan.seed, "population")
    count = plan.customers
    joined = _joined(rng, plan, days)
    kind = np.where(rng.random(count) < plan.business_share, BUSINESS, PRIVATE)
    is_business = kind == BUSINESS
    households = max(1, round(count * (1 - plan.business_share) / plan.household_size))
    accounts = max(1, round(count * plan.business_share / 2.5))
    household = np.where(is_business, -1, rng.integers(households, size=count))
    taste = np.where(
        is_business, rng.integers(plan.tastes, size=count), household % plan.tastes
    )
    has_rep = is_business | (rng.random(count) < plan.represented_share)
    gap, extra_lines = _rate_and_value(rng, plan, is_business)
    habit = np.where(is_business, 3, rng.choice(3, count, p=(0.45, 0.42, 0.13)))
    hazard_score = rng.standard_normal(count)
    is_web = np.where(habit == 1, 1.0, 0.35)
    merged_into, merge_day = _duplicates(rng, plan, joined, is_business, days)
    return Population(
        joined=joined,
        kind=kind,
        household=household,
        account=np.where(is_business, rng.integers(accounts, size=count), -1),
        rep=np.where(has_rep, rng.integers(plan.reps, size=count), -1),
        store=rng.integers(plan.stores, size=count),
        taste=taste,
        favourite=np.argmax(tastes.share, axis=1)[taste],
        shape=np.array(plan.shapes)[rng.integers(len(plan.shapes), size=count)],
        mean_gap=gap,
        extra_lines=extra_lines,
        price_group=np.where(
            is_business,
            rng.integers(2, 4, count),
            rng.choice(3, count, p=(0.7, 0.2, 0.1)),
        ),
        habit=habit,
        hazard=plan.median_hazard * np.exp(plan.hazard_spread * hazard_score),
        hazard_rank=ndtr(hazard_score),
        response=rng.random(count),
        affinity=rng.random(count),
        inquiry_rate=plan.inquiry_rate * rng.gamma(2.0, 0.5, count),
        repair_rate=plan.repair_rate * rng.gamma(2.0, 0.5, count),
        search_rate=plan.search_rate * is_web * rng.gamma(2.0, 0.5, count),
        quote_rate=plan.quote_rate * is_business * rng.gamma(2.0, 0.5, count),
        visit_rate=14 / 365 * is_web * rng.gamma(1.0, 1.0, count),
        is_listed=rng.random(count) < plan.listed_share,
        merged_into=merged_into,
        merge_day=merge_day,
    )


def _joined(rng: np.random.Generator, plan: Plan, days: Days) -> Ints:
    old = round(plan.customers * plan.known_at_start)
    before = rng.integers(-LONGEST_MEMBERSHIP, 0, old)
    weights = np.diff(days.clock[PRIVATE, : days.count + 1])
    since = rng.choice(days.count, plan.customers - old, p=weights / weights.sum())
    return np.sort(np.concatenate([before, since]))


def _rate_and_value(
    rng: np.random.Generator, plan: Plan, is_business: Bools
) -> tuple[Floats, Floats]:
    """Mean gap, and mean of the extra lines: log-normal, tied by a normal copula."""
    rate_score, own = rng.standard_normal((2, plan.customers))
    tie = plan.value_correlation
    value_score = tie * rate_score + np.sqrt(1 - tie**2) * own
    gap = plan.median_gap * np.exp(-plan.gap_spread * rate_score)
    gap *= np.where(is_business, plan.business_gap, 1.0)
    lines = plan.median_extra_lines * np.exp(plan.extra_lines_spread * value_score)
    return np.clip(gap, SHORTEST_GAP, LONGEST_GAP), lines


def _duplicates(
    rng: np.random.Generator, plan: Plan, joined: Ints, is_business: Bools, days: Days
) -> tuple[Ints, Ints]:
    """Some memberships are a person's second one, joined into the first on a day.

    The first is never itself joined into another, so that no chain comes about.
    """
    merged_into = np.full(plan.customers, -1)
    merge_day = np.full(plan.customers, NEVER)
    private = np.flatnonzero(~is_business)
    chosen = rng.permutation(private)[
        : 2 * round(plan.customers * plan.duplicate_share)
    ]
    first, second = np.sort(chosen.reshape(2, -1), axis=0)
    merged_into[second] = first
    earliest = np.maximum(joined[second], 0) + 20
    merge_day[second] = rng.integers(earliest, earliest + days.count)
    return merged_into, merge_day

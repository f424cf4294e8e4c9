"""Campaigns: whom they reach, by rule or by lot, and with what effect."""

from dataclasses import dataclass

import numpy as np

from demo.simulated.causes.days import day_number
from demo.simulated.causes.population import Population
from demo.simulated.moments import Bools, Floats, Ints
from demo.simulated.plan import FIRST_DATE, Campaign, campaigns

SAVED_RANK = 0.8  # rank of the hazard above which somebody is to be saved
CAMPAIGNS = campaigns(range(FIRST_DATE.year, FIRST_DATE.year + 5))
TARGETED, RANDOMISED = 0, 1


@dataclass(frozen=True, slots=True)
class Contacts:
    """Arrays of equal length: who was approached, or kept to compare with.

    Attributes
    ----------
    campaign, customer, day : ndarray
    is_holdout : ndarray of bool
        Not approached, deliberately.
    assignment : ndarray
        `TARGETED` or `RANDOMISED`.
    """

    campaign: Ints
    customer: Ints
    day: Ints
    is_holdout: Bools
    assignment: Ints


def audience(campaign: Campaign, population: Population) -> Bools:
    """Whom a campaign considers: those on the list, or of them those to be saved."""
    if campaign.is_save:
        return population.is_listed & (population.hazard_rank > SAVED_RANK)
    return population.is_listed


def contact_chance(campaign: Campaign, population: Population) -> Floats:
    """Chance of every customer to be approached by a campaign, once joined."""
    is_target = population.affinity > campaign.targeted_above
    chance = np.where(is_target, 1.0, campaign.treated)
    return chance * audience(campaign, population)


def effect(campaign: Campaign, population: Population) -> Floats:
    """Chance of an additional order, of every customer who is approached."""
    reach = campaign.strongest - campaign.weakest
    return campaign.weakest + reach * population.response


def draw_contacts(
    rng: np.random.Generator,
    population: Population,
    may_be_reached: Ints,
    first: int,
    last: int,
) -> Contacts:
    """The contacts of the campaigns that begin on the days from `first` to `last`.

    Parameters
    ----------
    may_be_reached : ndarray of shape (customers,)
        Day before which a customer can be approached at all.
    first, last : int
        The last day is not among them.
    """
    parts = [_none()]
    for number, campaign in enumerate(CAMPAIGNS):
        day = day_number(campaign.start)
        if first <= day < last:
            who = np.flatnonzero(
                audience(campaign, population)
                & (population.joined < day)
                & (may_be_reached > day)
            )
            parts.append(_of_one(rng, number, day, who, population))
    return Contacts(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _of_one(
    rng: np.random.Generator, number: int, day: int, who: Ints, population: Population
) -> tuple[Ints, Ints, Ints, Bools, Ints]:
    campaign = CAMPAIGNS[number]
    is_target = population.affinity[who] > campaign.targeted_above
    lot = rng.random(len(who))
    is_holdout = ~is_target & (lot >= 1 - campaign.holdout)
    chosen = is_target | is_holdout | (lot < campaign.treated)
    count = int(chosen.sum())
    return (
        np.full(count, number),
        who[chosen],
        np.full(count, day),
        is_holdout[chosen],
        np.where(is_target[chosen], TARGETED, RANDOMISED),
    )


def _none() -> tuple[Ints, Ints, Ints, Bools, Ints]:
    empty = np.zeros(0, dtype=np.int64)
    return empty, empty, empty, empty.astype(np.bool_), empty

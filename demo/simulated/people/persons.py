"""What identifies the customers, and when they joined."""

import numpy as np

from demo.simulated.causes.world import World
from demo.simulated.moments import Ints, chance, within_hours
from demo.simulated.people import identities
from demo.simulated.people.places import addresses
from demo.simulated.plan import FIRST_DATE

SAME_PHONE_SHARE = 0.5  # of second memberships


class Persons:
    """What identifies people. A second membership is of the same person."""

    def __init__(self, world: World) -> None:
        population, seed = world.population, world.plan.seed
        everybody = np.arange(len(population))
        person = np.where(
            population.merged_into >= 0, population.merged_into, everybody
        )
        alone = int(population.household.max(initial=-1)) + 1
        own = np.where(
            population.household >= 0, population.household, alone + everybody
        )
        names = identities.names(chance(seed, "names"), own)
        phones = identities.phones(chance(seed, "phones"), len(population))
        keeps = chance(seed, "same phones").random(len(population)) < SAME_PHONE_SHARE
        today = np.datetime64(FIRST_DATE)
        born = identities.birth_dates(chance(seed, "births"), len(population), today)
        self.names = names.gather(person)
        self.phones = phones.gather(np.where(keeps, person, everybody))
        self.emails = identities.emails(chance(seed, "emails"), names)
        self.born = born.astype("datetime64[D]").astype(np.int64)[person]
        self.born -= int(today.astype(np.int64))
        self.homes = addresses(chance(seed, "homes"), own)


def joining_moments(world: World) -> Ints:
    """When each customer joined: before anything else of that day."""
    rng = chance(world.plan.seed, "joining")
    return within_hours(rng, world.population.joined, 5, 6)

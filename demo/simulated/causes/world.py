"""Everything that is drawn before the first day, and does not change."""

from dataclasses import dataclass
from typing import Self

from demo.simulated.causes.assortment import Assortment
from demo.simulated.causes.days import Days
from demo.simulated.causes.population import Population, Tastes, populate
from demo.simulated.plan import Plan


@dataclass(frozen=True)
class World:
    """What is planted, and everybody in whom it is."""

    plan: Plan
    days: Days
    assortment: Assortment
    tastes: Tastes
    population: Population

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """The world of a plan."""
        days = Days.of(plan)
        assortment = Assortment.of(plan, days)
        tastes = Tastes.of(plan, assortment)
        return cls(plan, days, assortment, tastes, populate(plan, days, tastes))

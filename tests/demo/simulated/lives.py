"""Whole histories of small companies, of which only the causes are drawn."""

from dataclasses import dataclass

import numpy as np

from demo.simulated.causes.baskets import Baskets, Lines
from demo.simulated.causes.course import Course
from demo.simulated.causes.happenings import Happened, Met, Purchases, State
from demo.simulated.causes.world import World
from demo.simulated.moments import Ints, chance
from demo.simulated.plan import Plan


@dataclass(frozen=True)
class Life:
    """What happened in one company."""

    world: World
    months: list[Happened]
    state: State

    @property
    def purchases(self) -> Purchases:
        """All purchases."""
        parts = [each.purchases for each in self.months]
        return Purchases(
            *(
                np.concatenate([getattr(each, name) for each in parts])
                for name in Purchases.__slots__
            )
        )

    @property
    def met(self) -> Met:
        """All triggers."""
        parts = [each.met for each in self.months]
        return Met(
            *(
                np.concatenate([getattr(each, name) for each in parts])
                for name in Met.__slots__
            )
        )

    @property
    def gone(self) -> Ints:
        """Day on which each customer leaves, or after the history."""
        return self.state.gone()

    def baskets(self) -> tuple[Purchases, Lines]:
        """A basket of each purchase."""
        bought = self.purchases
        rng = chance(self.world.plan.seed, "baskets of the tests")
        return bought, Baskets(self.world).draw(rng, bought.customer, bought.day)


def life(plan: Plan) -> Life:
    """Live the whole history of a plan."""
    world = World.of(plan)
    course = Course(world)
    state = course.begin(chance(plan.seed, "begin"))
    months = [
        course.step(chance(plan.seed, "course", month), state, int(last))
        for month, last in enumerate(world.days.month_starts[1:])
    ]
    return Life(world, months, state)

"""The course of the customers' lives: who buys, who is met by what, who leaves.

It is stepped by the month and resolved to the day. What makes customers leave does not
depend on what they buy, so a month is drawn in this order: contacts and triggers, who
leaves on which day, and then what those who are still there buy. Within a day, leaving
comes before buying. All of it is causes; rows are written elsewhere.
"""

import numpy as np

from demo.simulated.causes.approaches import CAMPAIGNS, Contacts, draw_contacts
from demo.simulated.causes.happenings import (
    FROM_OFFER,
    FROM_QUOTE,
    ORGANIC,
    Happened,
    Met,
    Purchases,
    State,
)
from demo.simulated.causes.matters import (
    Matter,
    Matters,
    end_inquiries,
    end_offers,
    end_quotes,
    end_repairs,
)
from demo.simulated.causes.population import NEVER, Population
from demo.simulated.causes.streams import Stream
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, NONE, Bools, Floats, Ints, within_hours
from demo.simulated.plan import LEAVING, SAVE_DAYS, Trigger

WITHDRAWN_SHARE = 0.12  # of those who leave, they say so
_APART = 1e5  # of the two kinds' operational times, to look both up at once


class Course:
    """The lives of a population, month by month.

    Parameters
    ----------
    world : World
    desks : int, optional
        Desks of representatives; those of the plan unless said.
    """

    def __init__(self, world: World, desks: int | None = None) -> None:
        self.plan = plan = world.plan
        self.days = days = world.days
        self.population = population = world.population
        self._rises = world.assortment.rises
        self._clock = days.clock.ravel() + np.repeat(
            [0, _APART], days.clock.shape[1]
        )  # both kinds one after the other, rising
        desk = np.full(desks or plan.reps, 1.0)
        self._rep_left = Stream(desk * plan.rep_leaving_rate)
        self._rep_moved = Stream(desk * plan.rep_moving_rate)
        self._of_desk = np.argsort(population.rep, kind="stable")
        self._desk_edges = np.searchsorted(
            population.rep[self._of_desk], np.arange(len(desk) + 1)
        )
        self._inquiries = Stream(population.inquiry_rate)
        self._repairs = Stream(population.repair_rate)
        self._searches = Stream(population.search_rate)
        self._surveys = Stream(np.full(len(population), plan.survey_rate))
        self._quotes = Stream(population.quote_rate)

    def begin(self, rng: np.random.Generator) -> State:
        """The state at the end of the day before the history.

        Who was there before is taken from the middle of a life: the gap that day 0
        falls in is longer than others, and as much of it is over as left, on average.
        """
        people = self.population
        count = len(people)
        joins = np.maximum(people.joined, 0)
        start = self.days.clock[people.kind, joins]
        end = self.days.clock[people.kind, joins + 1]
        is_old = people.joined < 0
        longer = people.shape + is_old
        gap = rng.gamma(longer) * people.mean_gap / people.shape
        over = np.where(is_old, rng.random(count) * gap, 0.0)
        buys = ~is_old & (rng.random(count) < self.plan.welcome)
        welcome = start + (end - start) * rng.random(count)
        state = State(
            day=-1,
            renewed=start - over,
            due=np.where(buys, welcome, start + gap - over),
            due_day=np.zeros(count, dtype=np.int64),
            lapse=joins + rng.exponential(size=count) / people.hazard,
            left=people.merge_day.copy(),
            saved=np.full(count, -NEVER),
            withdrawn=np.full(count, NEVER),
        )
        everybody = np.arange(count)
        state.due_day[:] = self.day_at(everybody, state.due)
        return state

    def day_at(self, customer: Ints, time: Floats) -> Ints:
        """Day in which an operational time lies, of each customer's kind."""
        kind = self.population.kind[customer]
        place = np.searchsorted(self._clock, time + kind * _APART)
        day: Ints = place - 1 - kind * self.days.clock.shape[1]
        return day

    def step(self, rng: np.random.Generator, state: State, last: int) -> Happened:
        """Live the days after `state` up to before `last`, and change the state."""
        first = state.day + 1
        contacts = draw_contacts(
            rng,
            self.population,
            np.minimum(state.withdrawn, self.population.merge_day),
            first,
            last,
        )
        self._save(state, contacts)
        rep_left = self._rep_left.draw(rng, first, last)
        rep_moved = self._rep_moved.draw(rng, first, last)
        opened = self._opened(rng, state, contacts, first, last)
        waiting = state.open + opened
        met = self._met(rng, contacts, rep_left, rep_moved, waiting, first, last)
        met = met.taken(self.population.joined[met.customer] <= met.day)
        leaves = met.taken(met.has_left)
        np.minimum.at(state.left, leaves.customer, leaves.day)
        gone = state.gone()
        met = met.taken(met.day <= gone[met.customer])
        self._withdraw(rng, state, gone, first, last)
        is_there = self._is_there(opened.customer, opened.opened // DAY, gone)
        is_there |= opened.kind == Matter.OFFER  # the company does not know
        opened = opened.taken(is_there)
        purchases = self._purchases(rng, state, gone, state.open + opened, first, last)
        state.open = (state.open + opened).open_after(last - 1)
        state.day = last - 1
        return Happened(
            first,
            last,
            purchases,
            contacts,
            opened,
            met,
            gone,
            rep_left,
            rep_moved,
        )

    def _is_there(self, customer: Ints, day: Ints, gone: Ints) -> Bools:
        joined = self.population.joined[customer]
        there: Bools = (joined <= day) & (day < gone[customer])
        return there

    def _save(self, state: State, contacts: Contacts) -> None:
        """Lower the hazard of those who were approached to be saved."""
        for number, campaign in enumerate(CAMPAIGNS):
            reached = (contacts.campaign == number) & ~contacts.is_holdout
            if not campaign.is_save or not reached.any():
                continue
            who, day = contacts.customer[reached], int(contacts.day[reached][0])
            state.saved[who] = day
            ahead = state.lapse[who] - day
            within = campaign.saving * SAVE_DAYS
            later = np.where(
                ahead <= within,
                ahead / campaign.saving,
                ahead + (1 - campaign.saving) * SAVE_DAYS,
            )
            state.lapse[who] = np.where(ahead > 0, day + later, state.lapse[who])

    def _opened(
        self,
        rng: np.random.Generator,
        state: State,
        contacts: Contacts,
        first: int,
        last: int,
    ) -> Matters:
        """What is opened in the days, by whoever there may be."""
        found = Matters.none()
        for kind, stream, ends in (
            (Matter.INQUIRY, self._inquiries, end_inquiries),
            (Matter.REPAIR, self._repairs, end_repairs),
            (Matter.QUOTE, self._quotes, end_quotes),
        ):
            customer, day = stream.draw(rng, first, last)
            opened = within_hours(rng, day, 9, 18)
            end, fate = ends(rng, self.plan, opened, np.zeros_like(opened))
            number = state.number + np.arange(len(customer))
            state.number += len(customer)
            found += Matters(
                np.full(len(customer), kind), customer, opened, end, fate, number
            )
        return found + self._offers(rng, contacts)

    def _offers(self, rng: np.random.Generator, contacts: Contacts) -> Matters:
        chance = offer_effect(self.population, contacts.customer, contacts.campaign)
        reached = np.flatnonzero(~contacts.is_holdout & (chance > 0))
        opened = contacts.day[reached] * DAY
        end, fate = end_offers(rng, chance[reached], opened, np.zeros_like(opened))
        return Matters(
            np.full(len(reached), Matter.OFFER),
            contacts.customer[reached],
            opened,
            end,
            fate,
            contacts.campaign[reached],
        )

    def _met(
        self,
        rng: np.random.Generator,
        contacts: Contacts,
        rep_left: tuple[Ints, Ints],
        rep_moved: tuple[Ints, Ints],
        waiting: Matters,
        first: int,
        last: int,
    ) -> Met:
        """Every trigger of the days, with the lot of each whom it meets."""
        found: list[tuple[Trigger, Ints, Ints]] = [
            (Trigger.REP_LEFT, *self._customers_of(*rep_left)),
            (Trigger.REP_MOVED, *self._customers_of(*rep_moved)),
            (Trigger.FAILED_SEARCHES, *self._searches.draw(rng, first, last)),
            (Trigger.SURVEY_ASKED, *self._surveys.draw(rng, first, last)),
        ]
        for rise in self._rises:
            if first <= rise.day < last:
                who = np.flatnonzero(self.population.favourite == rise.category)
                found.append((Trigger.PRICE_RISE, who, np.full(len(who), rise.day)))
        harmful = np.array([each.leaving > 0 for each in CAMPAIGNS])
        called = harmful[contacts.campaign] & ~contacts.is_holdout
        found.append(
            (Trigger.HARMFUL_CALL, contacts.customer[called], contacts.day[called])
        )
        kinds = [np.full(len(who), kind) for kind, who, _ in found]
        who = np.concatenate([each for _, each, _ in found])
        day = np.concatenate([each for _, _, each in found])
        kind = np.concatenate(kinds)
        chance = np.array([LEAVING[each] for each in Trigger])
        leaves = rng.random(len(who)) < chance[kind]
        ripe = waiting.taken(
            (waiting.kind < Matter.OFFER)
            & waiting.is_too_late
            & (waiting.trigger_day >= first)
            & (waiting.trigger_day < last)
        )
        trigger = np.where(
            ripe.kind == Matter.INQUIRY, Trigger.INQUIRY_UNANSWERED, Trigger.LATE_REPAIR
        )
        return Met(
            np.concatenate([kind, trigger]),
            np.concatenate([who, ripe.customer]),
            np.concatenate([day, ripe.trigger_day]),
            np.concatenate([leaves, ripe.fate]),
        )

    def _customers_of(self, desk: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Customers of each desk, with the day."""
        begin, end = self._desk_edges[desk], self._desk_edges[desk + 1]
        count = end - begin
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return self._of_desk[np.repeat(begin, count) + offset], np.repeat(day, count)

    def _withdraw(
        self, rng: np.random.Generator, state: State, gone: Ints, first: int, last: int
    ) -> None:
        """Let some of those who leave say so, some days later."""
        leaves = (gone >= first) & (gone < last) & (self.population.merge_day > gone)
        who = np.flatnonzero(leaves & (self.population.joined <= gone))
        says = who[rng.random(len(who)) < WITHDRAWN_SHARE]
        state.withdrawn[says] = gone[says] + rng.integers(3, 60, len(says))

    def _purchases(
        self,
        rng: np.random.Generator,
        state: State,
        gone: Ints,
        waiting: Matters,
        first: int,
        last: int,
    ) -> Purchases:
        until = np.minimum(gone, last)
        bought, days = [], []
        who = np.flatnonzero(state.due_day < until)
        while who.size:
            bought.append(who)
            days.append(state.due_day[who])
            state.renewed[who] = state.due[who]
            shape = self.population.shape[who]
            gap = rng.gamma(shape) * self.population.mean_gap[who] / shape
            state.due[who] += gap
            state.due_day[who] = self.day_at(who, state.due[who])
            who = who[state.due_day[who] < until[who]]
        ended = waiting.taken((waiting.kind >= Matter.OFFER) & waiting.fate)
        day = ended.ends // DAY
        ended = ended.taken((day >= first) & (day < until[ended.customer]))
        source = np.where(ended.kind == Matter.OFFER, FROM_OFFER, FROM_QUOTE)
        organic = sum(map(len, bought))
        customer = np.concatenate([*bought, ended.customer]).astype(np.int64)
        day = np.concatenate([*days, ended.ends // DAY]).astype(np.int64)
        order = np.lexsort([customer, day])
        return Purchases(
            customer[order],
            day[order],
            np.concatenate([np.full(organic, ORGANIC), source])[order],
            np.concatenate([np.full(organic, NONE), ended.number])[order],
        )


def offer_effect(population: Population, customer: Ints, campaign: Ints) -> Floats:
    """Chance of an additional order, of each contact."""
    weakest = np.array([each.weakest for each in CAMPAIGNS])
    reach = np.array([each.strongest for each in CAMPAIGNS]) - weakest
    chance: Floats = weakest[campaign] + reach[campaign] * population.response[customer]
    return chance

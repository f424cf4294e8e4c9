"""People who may become customers: business cards of a fair, forms of the web shop.

Many who left a card are customers already, and the card is misspelt. Whether somebody
can know depends on what else was written down: one of phone and e-mail is enough.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.simulated.books.journals import Column, Journals, always, words
from demo.simulated.books.orders import goods_no, member_no
from demo.simulated.books.planted import Planted, note
from demo.simulated.books.staff import Staff
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.population import NEVER
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, NONE, Ints, chance, where, within_hours
from demo.simulated.people import identities
from demo.simulated.people.misspellings import (
    misspelt_emails,
    misspelt_names,
    misspelt_phones,
)
from demo.simulated.people.persons import Persons

CARDS, FEW_CARDS = 4_700, 10_000  # fewer customers leave a tenth of their number
FAIR_DAYS = 3
FAIR = "living_fair"
FORMS_SHARE = 0.002  # a month, of the number of customers
STATES = ("new", "contacted", "qualified", "won", "lost")
REASONS = ("not_reached", "no_need", "already_customer")
OUTCOMES = (0.25, 0.30, 0.20, 0.08, 0.17)  # the last state that a lead reaches
WON_SHARE = 0.04  # of those who join: they wrote by the form before
RECOGNISED_SHARE = 0.3  # of cards of customers, as they are called
REGISTERED_SHARE = 0.4  # of cards: for the talk at the fair


@dataclass(frozen=True, slots=True)
class Card:
    """A way to be misspelt: the share of cards, and what is still right."""

    detail: str
    share: float
    has_phone: bool
    has_email: bool
    near_miss: bool = False


DUPLICATES = (
    Card("same_phone", 0.11, has_phone=True, has_email=False),
    Card("same_email", 0.09, has_phone=False, has_email=True),
    Card("same_phone_and_email", 0.06, has_phone=True, has_email=True),
    Card("both_changed", 0.04, has_phone=False, has_email=False),
    Card("similar_name", 0.04, has_phone=False, has_email=False, near_miss=True),
)


class Leads:
    """Writes leads, and those of their seats at the fair."""

    def __init__(
        self, world: World, journals: Journals, staff: Staff, persons: Persons
    ) -> None:
        self._world = world
        self._journals = journals
        self._staff = staff
        self._persons = persons
        self._next = 1
        self._fair_month = world.plan.months * 5 // 9
        self._fair_day = int(world.days.month_starts[self._fair_month]) + 11
        count = world.plan.customers
        self._cards = CARDS if count >= FEW_CARDS else count // 10

    def write(self, rng: np.random.Generator, month: int, happened: Happened) -> None:
        """Write what a month brought."""
        if month == self._fair_month:
            self._write_cards(rng)
        count = int(rng.poisson(self._world.plan.customers * FORMS_SHARE))
        names, phones, emails = self._strangers(month, count)
        day = rng.integers(happened.first, happened.last, count)
        nobody = np.full(count, -1)
        received = within_hours(rng, day, 8, 23)
        self._add(rng, "web_form", received, nobody, names, phones, emails)
        self._write_won(rng, happened)

    def _write_won(self, rng: np.random.Generator, happened: Happened) -> None:
        """Some of those who join have written by the form before."""
        joined, persons = self._world.population.joined, self._persons
        new = np.flatnonzero((joined >= happened.first + 8) & (joined < happened.last))
        new = new[rng.random(len(new)) < WON_SHARE]
        day = joined[new] - rng.integers(4, 9, len(new))
        received = within_hours(rng, day, 8, 23)
        names, phones = persons.names.gather(new), persons.phones.gather(new)
        emails, won = persons.emails.gather(new), joined[new] * DAY + 20 * HOUR
        self._add(rng, "web_form", received, new, names, phones, emails, won)

    def _write_cards(self, rng: np.random.Generator) -> None:
        count = self._cards
        names, phones, emails = self._strangers(1_000, count)
        customer = np.full(count, -1)
        day = self._fair_day + rng.integers(FAIR_DAYS, size=count)
        received = within_hours(rng, day, 10, 18)
        first, begin = self._next, 0
        may = self._world.population.joined < self._fair_day
        may &= self._world.population.merge_day == NEVER
        known = rng.permutation(np.flatnonzero(may))
        for card in DUPLICATES:
            if self._world.plan.is_clean and not card.near_miss:
                continue
            end = min(begin + round(card.share * count), len(known))
            own = np.arange(begin, end)
            who = known[own]
            told = self._misspelt(rng, card, who, names[own], phones[own], emails[own])
            names = names.scatter(own, told[0])
            phones = phones.scatter(own, told[1])
            emails = emails.scatter(own, told[2])
            if not card.near_miss:
                customer[own] = who
            note(
                self._journals,
                Planted.DUPLICATE_CARD,
                received[own],
                first + own,
                member_no(who),
                near_miss=card.near_miss,
                detail=card.detail,
            )
            begin = end
        self._add(rng, "fair", received, customer, names, phones, emails)
        self._register(rng, first, received)

    def _misspelt(
        self,
        rng: np.random.Generator,
        card: Card,
        who: Ints,
        names: pl.Series,
        phones: pl.Series,
        emails: pl.Series,
    ) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Name, phone and e-mail as the cards of customers have them."""
        persons = self._persons
        if not len(who):
            return names, phones, emails
        name = misspelt_names(rng, persons.names.gather(who))
        if card.near_miss:
            return name, phones, emails
        right = persons.phones.gather(who)
        phone = right if card.has_phone else misspelt_phones(rng, right)
        # a swapped digit may be the number of somebody else, whom no card means
        taken = ~pl.Series([card.has_phone]).new_from_index(0, len(who))
        taken &= phone.is_in(persons.phones.implode()) | (phone == right)
        right_email = persons.emails.gather(who)
        email = right_email if card.has_email else misspelt_emails(rng, right_email)
        lost = ~pl.Series([card.has_email]).new_from_index(0, len(who))
        lost &= email.is_in(persons.emails.implode()) | (email == right_email)
        return name, phones.zip_with(taken, phone), emails.zip_with(lost, email)

    def _strangers(
        self, number: int, count: int
    ) -> tuple[pl.Series, pl.Series, pl.Series]:
        """People whose phones and e-mails no customer has."""
        rng = chance(self._world.plan.seed, "strangers", number)
        drawn = 2 * count + 20
        names = identities.names(rng, np.arange(drawn))
        phones = identities.phones(rng, drawn)
        emails = identities.emails(rng, names)
        strange = ~phones.is_in(self._persons.phones.implode())
        strange &= ~emails.is_in(self._persons.emails.implode())
        own = strange.arg_true().head(count)
        return names.gather(own), phones.gather(own), emails.gather(own)

    def _add(
        self,
        rng: np.random.Generator,
        source: str,
        received: Ints,
        customer: Ints,
        names: pl.Series,
        phones: pl.Series,
        emails: pl.Series,
        won: Ints | None = None,
    ) -> None:
        """Write leads, a version each time that their state changes.

        Parameters
        ----------
        won : ndarray, optional
            When each is won, for those who become customers.
        """
        count = len(received)
        number = self._next + np.arange(count)
        self._next += count
        last = rng.choice(len(STATES), count, p=OUTCOMES)
        is_known = (customer >= 0) & (rng.random(count) < RECOGNISED_SHARE)
        last = np.where(is_known, len(STATES) - 1, last)
        day = received // DAY
        contacted = within_hours(rng, day + rng.integers(1, 6, count), 9, 12)
        qualified = within_hours(
            rng, contacted // DAY + rng.integers(0, 9, count), 13, 18
        )
        decided = within_hours(
            rng, qualified // DAY + rng.integers(1, 40, count), 9, 18
        )
        knows_since = np.where(is_known, 1, len(STATES))
        if won is not None:
            last, decided = np.full(count, STATES.index("won")), won
            contacted = received + (won - received) // 3
            qualified = received + (won - received) * 2 // 3
            is_known, knows_since = np.zeros_like(is_known), last
        desk = rng.integers(self._world.plan.reps, size=count)
        product = rng.integers(self._world.assortment.products, size=count)
        columns: dict[str, Column] = {
            "lead_no": number,
            "source": always(source, count),
            "campaign_no": np.full(count, NONE),
            "staff_no": self._staff.rep(desk, day),
            "full_name": names,
            "mobile": phones,
            "email": emails,
            "company": always(None, count),
            "goods_no": goods_no(product),
            "order_no": np.full(count, NONE),
            "expected_amount": rng.integers(5, 300, count) * 10_000,
            "received_at": received,
        }
        reason = np.where(is_known, 2, rng.integers(2, size=count))
        for state, stamp in enumerate(
            (received, contacted, qualified, decided, decided)
        ):
            reached = last >= state if state < 3 else last == state
            own = np.flatnonzero(reached)
            row = {name: column[own] for name, column in columns.items()}
            knows = knows_since <= state
            row["member_no"] = where(knows, member_no(customer))[own]
            row["state"] = always(STATES[state], len(own))
            row["reason"] = words(REASONS, np.where(state == 4, reason, -1)[own])
            for name, moment, step in (
                ("contacted_at", contacted, 1),
                ("qualified_at", qualified, 2),
                ("decided_at", decided, 3),
            ):
                row[name] = where(np.full(len(own), state >= step), moment[own])
            self._journals.add("leads", stamp[own], row)

    def _register(self, rng: np.random.Generator, first: int, received: Ints) -> None:
        own = np.flatnonzero(rng.random(len(received)) < REGISTERED_SHARE)
        count = len(own)
        starts = (received[own] // DAY + 1) * DAY + 14 * HOUR
        comes = rng.random(count) < 0.6
        none = np.full(count, NONE)
        columns: dict[str, Column] = {
            "seat_no": 900_000_000 + first + own,
            "member_no": none,
            "lead_no": first + own,
            "event_code": always(FAIR, count),
            "channel": always("store", count),
            "registered_at": received[own],
            "confirmed_at": received[own],
            "cancelled_at": none,
            "event_starts_at": starts,
        }
        self._journals.add("seats", received[own], columns | {"attended_at": none})
        chosen = np.flatnonzero(comes)
        came = {name: column[chosen] for name, column in columns.items()}
        self._journals.add(
            "seats", starts[chosen], came | {"attended_at": starts[chosen]}
        )

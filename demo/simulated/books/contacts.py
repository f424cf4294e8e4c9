"""Contacts of every kind that are neither a sale nor a case: the contact log.

Mails of customers come from the course, since an unanswered one makes customers leave.
The others are drawn here, at steady rates; they change nothing.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.simulated.books.journals import Column, Journals, always, words
from demo.simulated.books.ledger import Entry, Ledger
from demo.simulated.books.orders import LAST_DAYS, goods_no, member_no
from demo.simulated.books.planted import Planted, note
from demo.simulated.books.sales import Sales
from demo.simulated.books.staff import Staff
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.matters import Matter
from demo.simulated.causes.streams import Stream
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, MINUTE, NONE, Bools, Ints, within_hours
from demo.simulated.plan import INQUIRY_DUE_DAYS, YEAR

LATE_SHARE = 0.03  # written down a day later
DELETED_SHARE = 0.005  # entered by mistake, and taken out the next day
MAIL_CHANNELS = ("email", "web", "kakao")
MAIL_SHARES = (0.55, 0.3, 0.15)
FORM = MAIL_CHANNELS.index("web")
STARS = (0.06, 0.07, 0.17, 0.30, 0.40)  # of a review
MAIL_REASONS = ("price", "delivery", "how_to_use", "return", "stock")
PUNCTUAL_MAIL_RATE = 0.02 / YEAR  # near misses: answered in the last minute
PROMISE_RATE = 0.15 / YEAR
KEPT_SHARE, LAST_MINUTE_SHARE = 0.86, 0.02  # of promises; late and never are the rest
LATE_KEPT_SHARE = 0.6  # of the broken


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of contact, and how often a year: without and with a representative."""

    kind: str
    direction: str
    channel: str
    yearly: float
    yearly_represented: float
    lowest_cost: int
    highest_cost: int
    minutes: int
    subjects: tuple[str, ...]
    contents: tuple[str, ...] = ()


KINDS = (
    Kind("call", "inbound", "phone", 0.20, 0.5, 800, 2_500, 6, ("price", "date")),
    Kind("call", "outbound", "phone", 0.05, 1.5, 500, 1_500, 8, ("date", "feature")),
    Kind(
        "visit", "outbound", "rep", 0.0, 1.0, 15_000, 60_000, 50, ("feature", "price")
    ),
    Kind("letter", "outbound", "post", 0.05, 0.2, 900, 1_200, 0, ("birthday",)),
    Kind("message", "outbound", "kakao", 0.30, 0.3, 10, 20, 0, ("delivery",)),
    Kind("mail", "outbound", "email", 0.20, 1.0, 5, 5, 0, ("feature", "thanks")),
    Kind("chat", "inbound", "web", 0.15, 0.1, 300, 900, 9, ("price", "feature")),
    Kind("review", "inbound", "web", 0.20, 0.05, 0, 0, 0, ("product",)),
    Kind("life_event", "inbound", "store", 0.06, 0.1, 0, 0, 0, ("birth", "new_job")),
    Kind(
        *("gift", "outbound", "rep", 0.02, 0.6, 8_000, 45_000, 0),
        subjects=("birthday", "thanks", "anniversary"),
        contents=("tea_set", "fruit_box", "towel_set", "ginseng"),
    ),
    Kind("other", "inbound", "store", 0.03, 0.02, 0, 0, 5, ("lost_property",)),
)


class Contacts:
    """Writes the contact log, and books what contacts cost.

    Parameters
    ----------
    world : World
    journals, ledger, staff, sales
    """

    def __init__(
        self,
        world: World,
        journals: Journals,
        ledger: Ledger,
        staff: Staff,
        sales: Sales,
    ) -> None:
        self._world = world
        self._journals = journals
        self._ledger = ledger
        self._staff = staff
        self._sales = sales
        people = world.population
        self._streams = [
            Stream(
                np.where(people.rep >= 0, each.yearly_represented, each.yearly) / YEAR
            )
            for each in KINDS
        ]
        self._punctual = Stream(np.full(len(people), PUNCTUAL_MAIL_RATE))
        self._promises = Stream(PROMISE_RATE * np.where(people.rep >= 0, 6.0, 1.0))
        self._next = 1

    def write(self, rng: np.random.Generator, happened: Happened) -> tuple[Ints, Ints]:
        """Write the contacts of a month.

        Returns
        -------
        tuple of ndarray
            Customer and moment of each mail that came through the web shop's form.
        """
        for kind, stream in zip(KINDS, self._streams, strict=True):
            customer, day = self._those_there(rng, stream, happened)
            self._write_kind(rng, kind, customer, day)
        forms = self._write_mails(rng, happened)
        self._write_promises(rng, *self._those_there(rng, self._promises, happened))
        return forms

    def write_life_events(self, customer: Ints, moment: Ints, subject: str) -> None:
        """Write what a customer told of its life when its household changed."""
        subjects = always(subject, len(moment))
        self._add("life_event", customer, moment, {"subject": subjects})

    def _those_there(
        self, rng: np.random.Generator, stream: Stream, happened: Happened
    ) -> tuple[Ints, Ints]:
        customer, day = stream.draw(rng, happened.first, happened.last)
        joined = self._world.population.joined[customer]
        there = (joined < day) & (day < happened.gone[customer])
        return customer[there], day[there]

    def _write_kind(
        self, rng: np.random.Generator, kind: Kind, customer: Ints, day: Ints
    ) -> None:
        count = len(customer)
        started = within_hours(rng, day, 9, 19)
        cost = rng.integers(kind.lowest_cost, kind.highest_cost + 1, count)
        seconds = 1 + rng.integers(0, 2 * kind.minutes * MINUTE + 1, count)
        is_review = kind.kind == "review"
        more: dict[str, Column] = {
            "direction": always(kind.direction, count),
            "channel": always(kind.channel, count),
            "subject": _any(rng, kind.subjects, count),
            "cost": cost,
        }
        if kind.minutes:
            more["ended_at"] = started + seconds
        if kind.contents:
            more["content"] = _any(rng, kind.contents, count)
        if is_review:
            more["stars"] = 1 + rng.choice(len(STARS), count, p=STARS)
            more["goods_no"] = goods_no(self._sales.last_product[customer])
            more["order_no"] = self._sales.last_order[customer]
        if kind.channel in ("phone", "rep"):
            more["staff_no"] = self._who(rng, customer, day)
        kept = self._add(kind.kind, customer, started, more, rng=rng)
        entry = Entry.GIFT if kind.kind == "gift" else Entry.CONTACT_COST
        self._ledger.add(entry, day[kept], cost[kept])

    def _who(self, rng: np.random.Generator, customer: Ints, day: Ints) -> Ints:
        """The customer's representative, or somebody in the call centre."""
        rep = self._staff.rep(self._world.population.rep[customer], day)
        return np.where(rep == NONE, self._staff.agent(rng, len(rep)), rep)

    def _write_mails(
        self, rng: np.random.Generator, happened: Happened
    ) -> tuple[Ints, Ints]:
        mails = happened.opened.of(Matter.INQUIRY)
        channel = rng.choice(len(MAIL_SHARES), len(mails), p=MAIL_SHARES)
        self._write_mail(rng, channel, mails.customer, mails.opened, mails.ends)
        by_form = channel == FORM
        forms = mails.customer[by_form], mails.opened[by_form]
        customer, day = self._those_there(rng, self._punctual, happened)
        opened = within_hours(rng, day, 9, 18)
        ends = opened + INQUIRY_DUE_DAYS * DAY - MINUTE
        by_email = np.zeros(len(day), dtype=np.int64)
        key = self._write_mail(rng, by_email, customer, opened, ends)
        self._note(Planted.UNANSWERED_MAIL, ends, key, customer, "last_minute")
        return forms

    def _write_mail(
        self,
        rng: np.random.Generator,
        channel: Ints,
        customer: Ints,
        opened: Ints,
        ends: Ints,
    ) -> Ints:
        count = len(customer)
        due = opened + INQUIRY_DUE_DAYS * DAY
        first = self._next
        self._add(
            "mail",
            customer,
            opened,
            {
                "direction": always("inbound", count),
                "channel": words(MAIL_CHANNELS, channel),
                "reason": _any(rng, MAIL_REASONS, count),
                "staff_no": self._who(rng, customer, opened // DAY),
                "due_at": due,
            },
            ends=ends,
        )
        key = first + np.arange(count)
        missed = (ends == NONE) | (ends > due)
        self._note(
            Planted.UNANSWERED_MAIL, due[missed], key[missed], customer[missed], None
        )
        return key

    def _write_promises(
        self, rng: np.random.Generator, customer: Ints, day: Ints
    ) -> None:
        count = len(customer)
        started = within_hours(rng, day, 9, 18)
        due = (day + rng.integers(1, 11, count)) * DAY + 18 * HOUR
        lot = rng.random(count)
        wait = due - started
        in_time = started + (wait * rng.uniform(0.05, 0.95, count)).astype(np.int64)
        late = due + rng.integers(HOUR, 6 * DAY, count)
        is_close = lot < LAST_MINUTE_SHARE
        is_kept = (lot < KEPT_SHARE) | self._world.plan.is_clean
        never = ~is_kept & (rng.random(count) > LATE_KEPT_SHARE)
        done = np.select(
            [is_close, is_kept, never], [due - MINUTE, in_time, NONE], late
        )
        first = self._next
        self._add(
            "promise",
            customer,
            started,
            {
                "direction": always("outbound", count),
                "channel": always("phone", count),
                "subject": _any(rng, ("delivery", "call_back", "sample"), count),
                "staff_no": self._who(rng, customer, day),
                "due_at": due,
            },
            ends=done,
        )
        key = first + np.arange(count)
        for which, detail in ((~is_kept, None), (is_close, "last_minute")):
            moment = np.where(is_close, done, due)[which]
            self._note(
                Planted.BROKEN_PROMISE, moment, key[which], customer[which], detail
            )

    def _note(
        self, kind: Planted, moment: Ints, key: Ints, customer: Ints, detail: str | None
    ) -> None:
        note(
            self._journals,
            kind,
            moment,
            key,
            member_no(customer),
            near_miss=detail is not None,
            detail=detail,
        )

    def _add(
        self,
        kind: str,
        customer: Ints,
        started: Ints,
        more: dict[str, Column],
        *,
        rng: np.random.Generator | None = None,
        ends: Ints | None = None,
    ) -> Bools:
        """Write contacts, and again when they are done.

        Parameters
        ----------
        rng : Generator, optional
            For some to be written down late, and some to be deleted the next day.

        Returns
        -------
        ndarray of bool
            Which are not deleted.
        """
        count = len(customer)
        number = self._next + np.arange(count)
        self._next += count
        columns = self._columns(number, customer, kind, started) | more
        # what lasts is written down when it is over
        stamp = np.asarray(more.get("ended_at", started))
        kept = np.ones(count, dtype=np.bool_)
        if rng is not None:
            may = started // DAY < self._world.days.count - LAST_DAYS
            morning = (started // DAY + 1) * DAY + 7 * HOUR
            late = may & (rng.random(count) < LATE_SHARE)
            stamp = np.where(late, morning, stamp)
            kept = ~(may & (rng.random(count) < DELETED_SHARE))
        self._journals.add("contact_log", stamp, columns)
        if ends is not None:
            self._again(columns, np.flatnonzero(ends != NONE), "done_at", ends)
        gone = np.flatnonzero(~kept)
        taken_out = (stamp // DAY + 1) * DAY + 12 * HOUR
        self._again(columns, gone, "is_deleted", taken_out)
        return kept

    def _again(
        self, columns: dict[str, Column], which: Ints, what: str, moment: Ints
    ) -> None:
        at = moment[which]
        chosen = {name: column[which] for name, column in columns.items()}
        chosen[what] = at if what == "done_at" else np.ones(len(at), dtype=np.bool_)
        self._journals.add("contact_log", at, chosen)

    def _columns(
        self, number: Ints, customer: Ints, kind: str, started: Ints
    ) -> dict[str, Column]:
        count = len(customer)
        no_word, none = always(None, count), np.full(count, NONE)
        return {
            "contact_no": number,
            "member_no": member_no(customer),
            "kind": always(kind, count),
            "direction": no_word,
            "channel": no_word,
            "staff_no": none,
            "reason": no_word,
            "subject": no_word,
            "content": no_word,
            "goods_no": none,
            "order_no": none,
            "case_no": none,
            "stars": none,
            "cost": np.zeros(count, dtype=np.int64),
            "started_at": started,
            "ended_at": none,
            "due_at": none,
            "done_at": none,
            "is_deleted": np.zeros(count, dtype=np.bool_),
        }


def _any(
    rng: np.random.Generator, vocabulary: tuple[str, ...], count: int
) -> pl.Series:
    """One of the words for each, all alike."""
    return words(vocabulary, rng.integers(len(vocabulary), size=count))

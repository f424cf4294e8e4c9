"""Campaigns as the company writes them down: what was planned, sent and answered."""

import numpy as np

from demo.simulated.books.journals import Journals, always, words
from demo.simulated.books.ledger import Entry, Ledger
from demo.simulated.books.orders import Sold, member_no
from demo.simulated.causes.approaches import (
    CAMPAIGNS,
    RANDOMISED,
    Contacts,
    contact_chance,
)
from demo.simulated.causes.days import day_number
from demo.simulated.causes.happenings import FROM_OFFER, Happened
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, MINUTE, NONE, Ints, where, within_hours

ANNOUNCED_DAYS = 14  # before the start
LASTING_DAYS = 14
BUDGET_RESERVE = 1.05
CLICKED_SHARE = 0.08
CLICKABLE = ("sms", "kakao", "email", "app_push")
FIRST_CAMPAIGN = 11


Clicks = tuple[Ints, Ints, Ints]


class Mailings:
    """Writes campaigns, contacts and answers, and books what they cost."""

    def __init__(self, world: World, journals: Journals, ledger: Ledger) -> None:
        self._world = world
        self._journals = journals
        self._ledger = ledger
        self._next_contact = self._next_answer = 1

    def write(self, rng: np.random.Generator, happened: Happened, sold: Sold) -> Clicks:
        """Write what a month brought.

        Returns
        -------
        tuple of ndarray
            Customer, moment and campaign of each link that was followed.
        """
        for number, campaign in enumerate(CAMPAIGNS):
            announced = day_number(campaign.start) - ANNOUNCED_DAYS
            if happened.first <= announced < happened.last:
                self._announce(number, announced)
        clicks = self._write_contacts(rng, happened.contacts)
        self._write_orders(sold)
        return clicks

    def _announce(self, number: int, announced: int) -> None:
        campaign = CAMPAIGNS[number]
        chance = contact_chance(campaign, self._world.population)
        wanted = chance[self._world.population.joined < announced].sum()
        budget = int(wanted * campaign.cost * BUDGET_RESERVE // 1_000 + 1) * 1_000
        start = np.array([day_number(campaign.start)])
        self._journals.add(
            "campaigns",
            np.array([announced * DAY + 10 * HOUR]),
            {
                "campaign_no": np.array([FIRST_CAMPAIGN + number]),
                "title": always(campaign.name, 1),
                "kind": always(campaign.kind, 1),
                "starts_on": start,
                "ends_on": start + LASTING_DAYS,
                "budget": np.array([budget]),
            },
        )

    def _write_contacts(self, rng: np.random.Generator, contacts: Contacts) -> Clicks:
        count = len(contacts.customer)
        number = contacts.campaign
        channels = tuple(each.channel for each in CAMPAIGNS)
        moment = within_hours(rng, contacts.day, 10, 18)
        cost = np.array([each.cost for each in CAMPAIGNS])[number]
        cost = np.where(contacts.is_holdout, 0, cost)
        arm = np.where(contacts.is_holdout, 1, 0)
        is_random = (contacts.assignment == RANDOMISED).astype(np.int64)
        self._journals.add(
            "campaign_contacts",
            moment,
            {
                "contact_no": self._next_contact + np.arange(count),
                "campaign_no": FIRST_CAMPAIGN + number,
                "member_no": member_no(contacts.customer),
                "channel": words(channels, number),
                "content": words(tuple(each.kind for each in CAMPAIGNS), number),
                "assignment": words(("targeted", "randomised"), is_random),
                "arm": words(("treated", "holdout"), arm),
                "cost": cost,
                "contacted_on": contacts.day,
                "contacted_at": where(~contacts.is_holdout, moment),
            },
        )
        self._next_contact += count
        self._ledger.add(Entry.CONTACT_COST, contacts.day, cost)
        may = np.isin(np.array(channels)[number], CLICKABLE) & ~contacts.is_holdout
        clicks = np.flatnonzero(may & (rng.random(count) < CLICKED_SHARE))
        clicked = moment[clicks] + rng.integers(MINUTE, 2 * DAY, len(clicks))
        self._add_answers(
            "clicked",
            number[clicks],
            contacts.customer[clicks],
            clicked,
            np.full(len(clicks), NONE),
        )
        return contacts.customer[clicks], clicked, number[clicks]

    def _write_orders(self, sold: Sold) -> None:
        own = (sold.orders.source == FROM_OFFER) & ~sold.orders.is_cancelled
        orders = sold.orders.taken(own)
        self._add_answers(
            "redeemed",
            orders.number,
            orders.customer,
            orders.moment,
            orders.order_no,
            orders.stamp,
        )

    def _add_answers(
        self,
        kind: str,
        campaign: Ints,
        customer: Ints,
        moment: Ints,
        order: Ints,
        stamp: Ints | None = None,
    ) -> None:
        count = len(customer)
        number = self._next_answer + np.arange(count)
        self._next_answer += count
        coupon = "C" + words(tuple(map(str, range(len(CAMPAIGNS)))), campaign)
        self._journals.add(
            "campaign_answers",
            moment if stamp is None else stamp,
            {
                "answer_no": number,
                "campaign_no": FIRST_CAMPAIGN + campaign,
                "member_no": member_no(customer),
                "kind": always(kind, count),
                "coupon_no": coupon if kind == "redeemed" else always(None, count),
                "order_no": order,
                "answered_at": moment,
            },
        )

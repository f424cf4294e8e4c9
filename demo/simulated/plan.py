"""Everything that is planted, in one place: what there is to find, how strong it is.

Probabilities are of one event, rates are per customer and day, money is whole won.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

FIRST_DATE = date(2023, 1, 1)
HORIZON_DAYS = 364  # how far ahead of a cutoff the truth may be asked for
YEAR = 365.25


class Trigger(IntEnum):
    """What may make a customer leave, each dated and to be seen in the data."""

    REP_LEFT = 0
    INQUIRY_UNANSWERED = 1
    FAILED_SEARCHES = 2
    PRICE_RISE = 3
    LATE_REPAIR = 4
    REP_MOVED = 5  # a placebo: the representative changes branch
    SURVEY_ASKED = 6  # a placebo
    HARMFUL_CALL = 7


LEAVING = {
    Trigger.REP_LEFT: 0.30,
    Trigger.INQUIRY_UNANSWERED: 0.30,
    Trigger.FAILED_SEARCHES: 0.08,
    Trigger.PRICE_RISE: 0.20,
    Trigger.LATE_REPAIR: 0.25,
    Trigger.REP_MOVED: 0.0,
    Trigger.SURVEY_ASKED: 0.0,
    Trigger.HARMFUL_CALL: 0.10,
}
"""Probability that a customer who is met by a trigger leaves on its day."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One approach to the customers of the list, and what it does to them.

    Attributes
    ----------
    targeted_above : float
        Who has more of the trait is approached for certain; 1 for nobody.
    treated, holdout : float
        Shares of the others that the lot approaches, and keeps to compare with.
    weakest, strongest : float
        Probability of an additional order, by how responsive a customer is.
    leaving : float
        Probability of leaving on the day of the contact.
    saving : float
        What the hazard of plain lapse is multiplied by for `SAVE_DAYS`.
    cost : int
        Of one contact.
    """

    name: str
    kind: str
    channel: str
    start: date
    cost: int
    targeted_above: float = 1.0
    treated: float = 0.4
    holdout: float = 0.2
    weakest: float = 0.0
    strongest: float = 0.0
    leaving: float = 0.0
    saving: float = 1.0

    @property
    def is_save(self) -> bool:
        """Whether it aims at those whose hazard is high."""
        return self.saving < 1


SAVE_DAYS = 90
SAVING = 0.4  # what a saved customer's hazard is multiplied by
CAMPAIGN_DAYS = 7  # within which the additional order falls


def campaigns(years: range) -> tuple[Campaign, ...]:
    """All campaigns of some years, in the order of their days."""
    return tuple(each for year in years for each in _campaigns_of(year))


def _campaigns_of(year: int) -> tuple[Campaign, ...]:
    return (
        Campaign(
            f"Spring offer {year}",
            *("offer", "sms", date(year, 3, 6), 30),
            targeted_above=0.8,
            weakest=0.01,
            strongest=0.20,
        ),
        Campaign(
            f"Family month letter {year}",
            *("newsletter", "email", date(year, 5, 2), 5),
        ),
        _save(f"We miss you, summer {year}", date(year, 6, 10)),
        Campaign(
            f"Insurance calls {year}",
            *("call", "phone", date(year, 8, 20), 900),
            treated=0.3,
            holdout=0.3,
            leaving=LEAVING[Trigger.HARMFUL_CALL],
        ),
        Campaign(
            f"Chuseok sets {year}",
            *("offer", "kakao", date(year, 9, 8), 15),
            weakest=0.02,
            strongest=0.14,
        ),
        Campaign(
            f"November sale {year}",
            *("offer", "app_push", date(year, 11, 15), 3),
            targeted_above=0.7,
            weakest=0.02,
            strongest=0.10,
        ),
        _save(f"We miss you, winter {year}", date(year, 12, 5)),
    )


def _save(name: str, start: date) -> Campaign:
    return Campaign(
        name,
        *("save", "phone", start, 1_500),
        treated=0.8,
        holdout=0.2,
        saving=SAVING,
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the company is, and how its customers behave.

    Attributes
    ----------
    customers, months, seed : int
        Memberships, those to be joined included; months of history; of all chance.
    is_clean : bool
        Whether the books plant nothing that should be found: no complaint, no quote
        that contradicts another one, no promise broken, no customer's card. What only
        looks like it stays. Mails are answered late as long as there are any:
        `inquiry_rate`.
    """

    customers: int = 1_000
    months: int = 36
    seed: int = 1
    is_clean: bool = False

    # who they are
    known_at_start: float = 0.55
    business_share: float = 0.05
    represented_share: float = 0.05  # of private customers
    customers_a_rep: int = 120
    household_size: float = 1.6
    duplicate_share: float = 0.02  # memberships of a person who has another one
    listed_share: float = 0.55  # reached by campaigns: advertising granted for good

    # purchases: gamma gaps in operational days
    shapes: tuple[float, ...] = (0.7, 1.0, 1.4, 1.8, 2.2, 2.6, 3.0)
    median_gap: float = 100.0
    gap_spread: float = 0.75  # standard deviation of the logarithm
    business_gap: float = 0.5  # of a private customer's
    welcome: float = 0.65  # joins by buying
    value_correlation: float = 0.45  # of log rate and log basket mean, normal copula
    guest_share: float = 0.04  # purchases of nobody known, to one of a customer

    # baskets
    median_extra_lines: float = 0.6
    extra_lines_spread: float = 0.45
    lines_dispersion: float = 1.5  # r of the negative binomial
    tastes: int = 4_096
    taste_concentration: float = 12.0
    business_quantity: float = 3.0

    # defection
    median_hazard: float = 1 / 2_400
    hazard_spread: float = 0.9
    rep_leaving_rate: float = 1 / 1_600
    rep_moving_rate: float = 1 / 500
    inquiry_rate: float = 0.8 / YEAR
    inquiry_unanswered: float = 0.12
    repair_rate: float = 0.25 / YEAR
    repair_late: float = 0.25
    search_rate: float = 0.9 / YEAR
    survey_rate: float = 0.25 / YEAR

    # quotes to business customers
    quote_rate: float = 2.0 / YEAR
    quote_won: float = 0.3
    quote_expired: float = 0.2

    @property
    def reps(self) -> int:
        """Desks of sales representatives, each of which has always somebody."""
        share = self.business_share + (1 - self.business_share) * self.represented_share
        return max(6, round(self.customers * share / self.customers_a_rep))

    @property
    def stores(self) -> int:
        """Branches."""
        return int(min(60, max(6, self.customers // 2_000)))


INQUIRY_DAYS = 3  # without an answer, and then the trigger
INQUIRY_DUE_DAYS = 2  # what the company promises
REPAIR_DAYS = 7  # until when a repair is promised
QUOTE_DAYS = 14  # within which a quote is decided
QUOTE_DISCOUNT = 5  # percent, beside that of the price group
QUOTE_MORE = 4.0  # mean of what is quoted beyond one piece
WON_BELOW_SHARE = 0.1  # of quotes won, at a price below the one quoted
WON_BELOW_PERCENT = 5
PRICE_RISE_PERCENT = (12, 20)
PRICE_RISES_A_YEAR = 4
LADDER_UP = 1 / 400  # a day, from a step to the next
LADDER_DOWN = 1 / 4_000
LADDER_START = (0.65, 0.27, 0.08)

CHANNELS = ("store", "web", "phone", "rep")
CHANNEL_SHARES = (  # by a customer's habit
    (0.80, 0.15, 0.05, 0.0),
    (0.20, 0.78, 0.02, 0.0),
    (0.35, 0.20, 0.45, 0.0),
    (0.05, 0.25, 0.15, 0.55),  # business
)
CHANNEL_DISCOUNTS = (0, 2, 0, 5)  # percent
GROUP_DISCOUNTS = (0, 3, 5, 10)  # percent, by a customer's price group
PROMOTION_DISCOUNT = 10  # percent, on days of promotion
SIZE_CLASSES = (2, 4, 8)  # first sizes of the classes after the smallest
SIZE_FACTORS = (0.7, 1.0, 1.3, 1.6)  # of the chance of a pair's categories

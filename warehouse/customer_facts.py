"""What is known of one customer, and the rows that this rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Identity:
    """Which customer it is: the number asked for, the one of now, and its status."""

    number: str
    current_number: str
    joined_numbers: Sequence[str]
    status: str
    status_since: date | None
    registered_date: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the customer stands in `customer_segments`."""

    segment: str
    suggested_action: str
    stage_code: str
    value_grade: str
    recency_days: int
    frequency: int
    monetary_amount: Decimal
    recency_score: int
    frequency_score: int
    monetary_score: int
    cluster: str | None


@dataclass(frozen=True, slots=True)
class Worth:
    """What the customer brought, and the grade of the last closed quarter."""

    grade_code: str | None
    grade_movement_code: str | None
    order_count: int
    net_amount: Decimal
    profit_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """What the customer is expected to bring."""

    clv_amount: Decimal | None
    clv_low_amount: Decimal | None
    clv_high_amount: Decimal | None
    probability_alive: float | None
    expected_purchases: float | None
    horizon_weeks: int
    value_basis_code: str
    status: str
    status_reason_code: str | None


@dataclass(frozen=True, slots=True)
class Churn:
    """How probable one kind of staying away is; reasons with their log odds."""

    label_code: str
    horizon_days: int
    probability: float | None
    risk_band: str | None
    reasons: Sequence[str]
    contributions: Sequence[float]
    not_scorable_reason_code: str | None


@dataclass(frozen=True, slots=True)
class NextProduct:
    """A product of one of the customer's lists, and why it is on it."""

    list_code: str
    product: str
    reason_code: str
    because_of: str | None


@dataclass(frozen=True, slots=True)
class Permission:
    """What the customer permits by one channel."""

    channel_code: str
    may_contact_day: bool
    may_contact_night: bool
    reason: str
    since: date | None
    reconfirm_by: date | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase; of `order_count` in all."""

    order_date: date
    net_amount: Decimal
    line_count: int
    order_count: int


@dataclass(frozen=True, slots=True)
class Case:
    """A service case; of `case_count` in all."""

    opened_date: date
    reason: str | None
    is_open: bool
    case_count: int


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts of one kind: how many, and the last."""

    type_code: str
    contact_count: int
    last_date: date


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Everything on the screen; None or empty where nothing is told.

    ``as_of`` has the night of each mart that is published.
    """

    company_name: str
    currency_code: str
    as_of: Mapping[str, date]
    identity: Identity
    standing: Standing | None
    worth: Worth | None
    value: LifetimeValue | None
    churn: Sequence[Churn]
    products: Sequence[NextProduct]
    permissions: Sequence[Permission]
    purchases: Sequence[Purchase]
    cases: Sequence[Case]
    contacts: Sequence[Contacts]

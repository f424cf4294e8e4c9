"""What to offer whom: rules, and the campaigns that tried."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warehouse.connection import Connection
from warehouse.reading import has, read

MOST_RULES_OF_A_TYPE = 5
MOST_CAMPAIGNS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """A published rule, by the names of what it is about.

    `extra_count` is how many baskets, or customers, more than by chance have all of
    it; `offer_count` to how many customers it gives a product they have not bought.
    """

    rule_type: str
    antecedents: list[str]
    consequents: list[str]
    confidence: float
    adjusted_lift: float
    later_lift: float | None
    order_count: int
    extra_count: float
    due_days: int | None
    offer_count: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The strongest published rules of each type, and how many there are."""

    as_of_date: date
    counts: dict[str, int]
    shown: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What a campaign cost and moved; None where nobody can say."""

    campaign_id: str
    name: str | None
    start_date: date | None
    verdict_code: str
    planned_amount: Decimal | None
    spent_amount: Decimal | None
    contacted: int
    treated: int
    control: int
    lift: float | None
    low: float | None
    high: float | None
    break_even: float | None
    needed: int | None
    gain_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Every campaign, the newest first."""

    every: tuple[Campaign, ...]

    @property
    def shown(self) -> tuple[Campaign, ...]:
        """The newest of them."""
        return self.every[:MOST_CAMPAIGNS]

    @property
    def verdicts(self) -> Counter[str]:
        """How many campaigns each verdict was given."""
        return Counter(each.verdict_code for each in self.every)

    @property
    def spent_amount(self) -> Decimal:
        """What those cost of which it is known."""
        return sum((each.spent_amount or Decimal(0) for each in self.every), Decimal(0))


def rules(connection: Connection) -> Rules | None:
    """Published rules of the newest night; None where there are none."""
    marts = ("cross_sell_rules_current", "cross_sell_rule_items_current")
    if not has(connection, *marts, "next_best_products_current", "dim_products"):
        return None
    counts = connection.execute(
        "select rule_type, count(*), max(as_of_date)"
        " from marts.cross_sell_rules_current where is_published"
        " group by rule_type order by rule_type"
    ).fetchall()
    if not counts:
        return None
    shown = read(
        connection,
        Rule,
        """
        with ranked as (
            select
                *,
                order_count - expected_count as extra_count,
                row_number() over (
                    partition by rule_type
                    order by order_count - expected_count desc, rule_id
                ) as place
            from marts.cross_sell_rules_current
            where is_published
        ),
        chosen as (
            select * from ranked where place <= %(most)s
        ),
        named as (
            select
                items.rule_id,
                items.side_code,
                array_agg(
                    coalesce(products.product_name, items.item_id)
                    order by items.item_id
                ) as names
            from marts.cross_sell_rule_items_current as items
            inner join chosen on items.rule_id = chosen.rule_id
            left join marts.dim_products as products
                on
                    chosen.item_level = 'product'
                    and items.item_id = products.product_id
            group by items.rule_id, items.side_code
        ),
        offers as (
            select rule_id, count(distinct customer_id) as customers
            from marts.next_best_products_current
            where rule_id in (select rule_id from chosen)
            group by rule_id
        )
        select
            chosen.rule_type,
            first.names as antecedents,
            then_comes.names as consequents,
            chosen.confidence,
            chosen.adjusted_lift,
            chosen.out_of_time_lift as later_lift,
            chosen.order_count,
            chosen.extra_count,
            chosen.due_days,
            coalesce(offers.customers, 0) as offer_count
        from chosen
        inner join named as first
            on chosen.rule_id = first.rule_id and first.side_code = 'antecedent'
        inner join named as then_comes
            on
                chosen.rule_id = then_comes.rule_id
                and then_comes.side_code = 'consequent'
        left join offers on chosen.rule_id = offers.rule_id
        order by chosen.rule_type, chosen.place
        """,
        {"most": MOST_RULES_OF_A_TYPE},
    )
    if not shown:
        return None
    return Rules(
        as_of_date=max(day for _, _, day in counts),
        counts={kind: number for kind, number, _ in counts},
        shown=tuple(shown),
    )


def campaigns(connection: Connection) -> Campaigns | None:
    """Verdicts on campaigns; None where none was ever told."""
    if not has(connection, "campaign_results", "dim_campaigns"):
        return None
    every = read(
        connection,
        Campaign,
        """
        select
            results.campaign_id,
            campaigns.campaign_name as name,
            campaigns.start_date,
            results.verdict_code,
            results.planned_amount,
            results.spent_amount,
            results.contacted_count as contacted,
            coalesce(results.treated_count, 0) as treated,
            coalesce(results.control_count, 0) as control,
            results.lift,
            results.lift_low as low,
            results.lift_high as high,
            results.break_even_lift as break_even,
            results.needed_count as needed,
            results.gain_amount
        from marts.campaign_results as results
        left join marts.dim_campaigns as campaigns
            on results.campaign_id = campaigns.campaign_id
        where results.campaign_id <> '(unknown)' and results.contact_count > 0
        order by campaigns.start_date desc nulls last, results.campaign_id
        """,
    )
    return Campaigns(tuple(every)) if every else None

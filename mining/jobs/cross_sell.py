"""The job `cross_sell`: what is bought together, next, and again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import pandas as pd

from mining.basket import CrossSellConfig, nightly_rules
from mining.basket.publishing import LACKS, PUBLISHED
from mining.evaluation import population_stability_index, stability_of_kinds
from mining.evaluation.measured import Measured, as_frame, moved
from mining.jobs.anchors import Recipe, Training, anchor_before, model_of
from mining.jobs.reading import SEEN_DAYS, Settings
from warehouse import Warehouse, copying
from warehouse.connection import Connection
from warehouse.purchases import ladders, order_lines

RULES, ITEMS = "mined.cross_sell_rules", "mined.cross_sell_rule_items"

NOT_SIGNIFICANT = LACKS[0]
KINDS = ["rule_type", "item_level"]

# a table each, as Parquet: what skops can keep of a frame
Kept = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a company's rules are set to.

    Attributes
    ----------
    rules : CrossSellConfig
        As production runs.
    seen_days : int
        Days of purchases from which ladders and due days are told.
    """

    rules: CrossSellConfig
    seen_days: int


def find_rules(warehouse: Warehouse, as_of: date, *, again: bool = False) -> int:
    """Rules of the newest anchor, as they hold on the night of `as_of`.

    Parameters
    ----------
    warehouse : Warehouse
        Reads marts, replaces the rows of `as_of` in `mined.cross_sell_rules` and
        `mined.cross_sell_rule_items`, both as the role ``miner``.
    as_of : date
        Business date.
    again : bool
        As `model_of` takes it.

    Returns
    -------
    int
        Rules and items written.
    """
    kept, run = model_of(warehouse, RECIPE, as_of, again=again)
    rules, items = _told(kept, "rules"), _told(kept, "items")
    rules = rules.assign(
        is_published=rules["is_published"] & ~_is_expired(rules, as_of),
        model_version=run.model_version,
    )
    with warehouse.connect("miner") as connection:
        night = {"as_of_date": as_of}
        return sum(
            copying.replace(connection, table, told.assign(**night), where=night)
            for table, told in ((RULES, rules), (ITEMS, items))
        )


def published_rules(warehouse: Warehouse, as_of: date, *, again: bool) -> pd.DataFrame:
    """Rules that may be given as reasons on the night of `as_of`.

    Returns
    -------
    DataFrame
        rule_id, item_level, antecedent (a tuple), consequent, adjusted_lift.
    """
    kept, _ = model_of(warehouse, RECIPE, as_of, again=again)
    rules = _told(kept, "rules")
    rules = rules[rules["is_published"] & ~_is_expired(rules, as_of)]
    names = ["rule_id", "item_level", "antecedent", "consequent", "adjusted_lift"]
    antecedent = _told(kept, "items").query("side_code == 'antecedent'")
    items = antecedent.groupby("rule_id")["item_id"].agg(tuple)
    return rules.assign(antecedent=rules["rule_id"].map(items))[names]


def _is_expired(rules: pd.DataFrame, as_of: date) -> pd.Series:
    valid_until = pd.to_datetime(rules["valid_until"])
    is_expired: pd.Series = valid_until < pd.Timestamp(as_of)
    return is_expired


def _configuration(company: Settings) -> Configuration:
    return Configuration(CrossSellConfig(), SEEN_DAYS)


def _train(
    connection: Connection, anchor: date, config: Configuration, previous: Kept | None
) -> Training[Kept]:
    """Find the rules of the days before the anchor, and hold them to the last ones."""
    eve = anchor - timedelta(days=1)
    after = eve - timedelta(days=config.seen_days)
    lines = order_lines(connection, after, eve)
    found = nightly_rules(lines, ladders(connection), eve, config.rules)
    # what chance alone explains fills the mart, and helps nobody
    rules = found.rules[found.rules["status"] != NOT_SIGNIFICANT]
    items = found.items[found.items["rule_id"].isin(rules["rule_id"])]
    measures = list(_measures(found.rules))
    if previous is not None:
        measures += _of_last_period(previous, found.rules)
        measures += _drifted(previous, found.rules, lines, anchor_before(anchor))
    first = lines["order_date"].min() if len(lines) else pd.Timestamp(eve)
    return Training(
        model={
            "rules": _kept(rules.drop(columns="as_of_date")),
            "items": _kept(
                items.rename(columns={"role": "side_code"}).drop(
                    columns=["as_of_date", "position"]
                )
            ),
        },
        count=lines["order_id"].nunique(),
        first_date=first.date(),
        evaluations=as_frame(measures),
    )


def _measures(rules: pd.DataFrame) -> Iterator[Measured]:
    """Candidates of each kind, what became of them, and how those published held."""
    for kind, own in rules.groupby(KINDS):
        subject = ".".join(map(str, kind))
        for status in (*LACKS, PUBLISHED):
            yield Measured(
                measure_code="rule_count",
                subject_code=subject,
                contender_code=status,
                value=float((own["status"] == status).sum()),
                row_count=len(own),
            )
        published = own[own["status"] == PUBLISHED]
        if len(published):
            later = published["out_of_time_lift"].median()
            yield Measured(
                measure_code="median_adjusted_lift",
                subject_code=subject,
                value=float(later),
                expected_value=float(published["adjusted_lift"].median()),
                row_count=len(published),
            )
    if rules.empty:
        yield Measured(
            measure_code="rule_count", value=0.0, row_count=0, status="too_few"
        )


def _of_last_period(previous: Kept, rules: pd.DataFrame) -> Iterator[Measured]:
    """How many of the rules of the anchor before are published again."""
    former = _told(previous, "rules").query("is_published")
    again = rules[rules["is_published"]]["rule_id"]
    for kind, own in former.groupby(KINDS):
        yield Measured(
            measure_code="published_again_share",
            subject_code=".".join(map(str, kind)),
            value=float(own["rule_id"].isin(again).mean()),
            row_count=len(own),
        )


def _drifted(
    previous: Kept, rules: pd.DataFrame, lines: pd.DataFrame, since: date
) -> Iterator[Measured]:
    """How far what is bought has moved since the anchor before, and what is told."""
    is_new = lines["order_date"] >= pd.Timestamp(since)
    products = lines["product_id"]
    former = _told(previous, "rules").query("is_published")["adjusted_lift"]
    lifts = rules[rules["is_published"]]["adjusted_lift"]
    yield moved(
        "product_id",
        stability_of_kinds(products[~is_new], products[is_new]),
        int(is_new.sum()),
    )
    yield moved("adjusted_lift", population_stability_index(former, lifts), len(lifts))


def _kept(table: pd.DataFrame) -> bytes:
    into = BytesIO()
    table.to_parquet(into, index=False)
    return into.getvalue()


def _told(kept: Kept, table: str) -> pd.DataFrame:
    return pd.read_parquet(BytesIO(kept[table]))


RECIPE = Recipe(
    code="cross_sell",
    modules=(
        "mining.basket.config",
        "mining.basket.counted",
        "mining.basket.due_days",
        "mining.basket.itemsets",
        "mining.basket.publishing",
        "mining.basket.rasch",
        "mining.basket.re_sell",
        "mining.basket.rules",
        "mining.basket.significance",
        "mining.basket.tally",
        "mining.basket.up_sell",
        "mining.basket.visits",
        "mining.survival",
    ),
    configuration=_configuration,
    train=_train,
    types=(),
)

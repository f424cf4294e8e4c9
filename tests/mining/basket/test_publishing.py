"""A night's rules: what is published, why the rest is not, and what readers get."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from mining.basket import CrossSellConfig, nightly_rules
from mining.basket.publishing import COLUMNS, ITEM_COLUMNS, Window, rule_id

AS_OF = date(2026, 6, 30)
DAYS = 240
# small shops need more to be frequent
CONFIG = CrossSellConfig(min_support=0.002, longer_min_support=0.01)
PRODUCT_COLUMNS = [
    *("product_id", "category", "ladder_code", "ladder_step"),
    *("launched_date", "discontinued_date"),
]


@dataclass(frozen=True)
class Company:
    lines: pd.DataFrame
    products: pd.DataFrame


@pytest.fixture(scope="module")
def company(shop_of) -> Company:
    """A shop of 24 products in 12 categories, and two pans that are a ladder.

    Products 0 and 1 are tied and of two categories; 2 and 3 are tied and of one.
    """
    shop = shop_of(seed=1, n_baskets=6000, n_items=24, odds_ratios=(5, 5))
    customer = shop.customers.reindex(shop.baskets["basket"]).to_numpy()
    day = shop.baskets["basket"].to_numpy() * 7 % DAYS
    lines = pd.DataFrame(
        {
            "order_id": "o" + shop.baskets["basket"].astype("str"),
            "customer_id": "c" + pd.Series(customer).astype("str"),
            "order_date": [
                AS_OF - timedelta(days=int(DAYS - 1 - each)) for each in day
            ],
            "product_id": shop.baskets["item"],
        }
    )
    categories = [f"category {each}" for each in (0, 1, 2, 2, *np.arange(20) % 9 + 3)]
    products = pd.DataFrame(
        {
            "product_id": sorted(set(shop.baskets["item"])),
            "category": categories,
            "ladder_code": None,
            "ladder_step": None,
            "launched_date": None,
            "discontinued_date": None,
        }
    )
    others = pd.DataFrame(
        [
            ("pan 1", "pans", "pans", 1, None, None),
            ("pan 2", "pans", "pans", 2, None, None),
        ],
        columns=PRODUCT_COLUMNS,
    )
    return Company(
        pd.concat([lines, _pans()], ignore_index=True),
        pd.concat([products, others], ignore_index=True),
    )


def _pans() -> pd.DataFrame:
    """Of five who change, four go up; one change a day, to the last."""
    rows = []
    for each in range(DAYS - 10):
        steps = ("pan 2", "pan 1") if each % 5 == 0 else ("pan 1", "pan 2")
        for step, product in enumerate(steps):
            day = AS_OF - timedelta(days=DAYS - 10 - each - step)
            rows.append((f"pan {each} {step}", f"cook {each}", day, product))
    columns = ["order_id", "customer_id", "order_date", "product_id"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def refills() -> pd.DataFrame:
    """All of 800 come for paper; half take a refill every other time, others seldom."""
    rng = np.random.default_rng(3)
    rows = []
    for each in range(800):
        for visit in range((DAYS - each % 6 + 5) // 6):
            day = AS_OF - timedelta(days=DAYS - 1 - each % 6 - 6 * visit)
            rows.append((f"p {each} {visit}", f"r{each}", day, "paper"))
            if visit % 2 == 0 if each < 400 else rng.random() < 0.06:
                rows.append((f"r {each} {visit}", f"r{each}", day, "refill"))
    columns = ["order_id", "customer_id", "order_date", "product_id"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def rules(company: Company) -> pd.DataFrame:
    return nightly_rules(company.lines, company.products, AS_OF, CONFIG).rules


def found(rules: pd.DataFrame, rule_type: str, level: str) -> set[tuple[str, str]]:
    one = rules[
        rules["is_published"]
        & rules["rule_type"].eq(rule_type)
        & rules["item_level"].eq(level)
    ]
    return set(zip(one["antecedent"], one["consequent"], strict=True))


def test_what_was_tied_across_categories_is_published_in_both_directions(
    rules: pd.DataFrame,
) -> None:
    one, other = "item 000", "item 001"

    assert found(rules, "cross_sell", "product") == {(one, other), (other, one)}
    one, other = "category 0", "category 1"
    assert found(rules, "cross_sell", "category") == {(one, other), (other, one)}


def test_products_of_one_category_are_no_candidates(
    rules: pd.DataFrame, company: Company
) -> None:
    category = company.products.set_index("product_id")["category"]
    of_products = rules[
        rules["rule_type"].eq("cross_sell") & rules["item_level"].eq("product")
    ]

    assert len(of_products) > 100
    for rule in of_products.itertuples():
        own = {category[each] for each in rule.antecedent.split(" + ")}
        assert category[rule.consequent] not in own


def test_products_without_a_category_are_categories_of_their_own(
    company: Company,
) -> None:
    products = company.products.assign(category=None)

    told = nightly_rules(company.lines, products, AS_OF, CONFIG).rules

    assert {("item 002", "item 003"), ("item 003", "item 002")} <= found(
        told, "cross_sell", "product"
    )
    assert not told["item_level"].eq("category").any()


def test_trading_up_is_published(rules: pd.DataFrame) -> None:
    assert found(rules, "up_sell", "ladder_step") == {("pans:1", "pans:2")}
    assert rules["due_days"].isna().all()


def test_what_is_bought_again_is_published_with_its_due_days(
    refills: pd.DataFrame, company: Company
) -> None:
    told = nightly_rules(refills, company.products, AS_OF, CONFIG).rules

    assert found(told, "re_sell", "product") == {("refill", "refill")}
    assert told.loc[told["rule_type"] == "re_sell", "due_days"].tolist() == [12]


def test_what_is_published_reaches_every_threshold(rules: pd.DataFrame) -> None:
    published = rules[rules["is_published"]]

    assert (published["expected_count"] >= 5).all()
    assert (published["q_value"] <= 0.05).all()
    assert (published["adjusted_lift"] >= 1.2).all()
    assert (published["out_of_time_lift"] >= 1.1).all()
    assert (published["out_of_time_expected_count"] >= 20).all()
    assert published["valid_until"].eq(AS_OF + timedelta(days=91)).all()
    assert published["status"].eq("published").all()


def test_a_candidate_that_is_not_published_says_the_first_thing_it_lacks(
    rules: pd.DataFrame,
) -> None:
    rest = rules[~rules["is_published"]]

    assert rest["valid_until"].isna().all()
    assert (rest["expected_count"] >= 5).all()
    significant = rest["q_value"] <= 0.05
    assert rest["status"].eq("not_significant").eq(~significant).all()
    low = significant & (rest["adjusted_lift"] < 1.2)
    assert rest["status"].eq("lift_too_low").eq(low).all()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"max_q_value": 1e-300}, "not_significant"),
        ({"min_adjusted_lift": 50.0}, "lift_too_low"),
        ({"min_out_of_time_expected_count": 1e9}, "too_few_later"),
        ({"min_out_of_time_lift": 50.0}, "not_confirmed_later"),
    ],
)
def test_each_threshold_holds_back_what_would_be_published(
    company: Company, changed: dict[str, float], status: str
) -> None:
    config = replace(CONFIG, **changed, max_length=2)

    told = nightly_rules(company.lines, company.products, AS_OF, config).rules

    assert not told["is_published"].any()
    pans = told[told["rule_type"] == "up_sell"]
    assert pans["status"].tolist() == [status]


def test_a_pair_that_came_apart_in_the_last_days_is_not_published(
    company: Company,
) -> None:
    last = company.lines["order_date"] > AS_OF - timedelta(days=60)
    gone = last & company.lines["product_id"].eq("item 001")
    # as many buy it as before, but not with the other
    alone = "alone " + company.lines["order_id"]
    lines = company.lines.assign(order_id=company.lines["order_id"].mask(gone, alone))

    config = replace(CONFIG, max_length=2)
    told = nightly_rules(lines, company.products, AS_OF, config).rules

    pair = told[told["antecedent"].eq("item 000") & told["consequent"].eq("item 001")]
    assert pair["adjusted_lift"].item() > 1.2
    assert pair["status"].tolist() == ["not_confirmed_later"]


def test_later_rows_and_rows_without_a_product_change_nothing(
    company: Company, rules: pd.DataFrame
) -> None:
    row = company.lines.iloc[:1]
    more = [
        row.assign(order_date=AS_OF + timedelta(days=1), product_id="item 001"),
        row.assign(product_id=None),
    ]

    told = nightly_rules(
        pd.concat([company.lines, *more]), company.products, AS_OF, CONFIG
    )

    pd.testing.assert_frame_equal(told.rules, rules)


def test_the_order_of_rows_changes_nothing(
    company: Company, rules: pd.DataFrame
) -> None:
    told = nightly_rules(
        company.lines.sample(frac=1, random_state=1),
        company.products.iloc[::-1],
        AS_OF,
        CONFIG,
    )

    pd.testing.assert_frame_equal(told.rules, rules, check_exact=True)


def test_the_tables_have_their_columns_types_and_keys(company: Company) -> None:
    told = nightly_rules(company.lines, company.products, AS_OF, CONFIG)

    assert told.rules.dtypes.astype("str").to_dict() == COLUMNS
    assert told.items.dtypes.astype("str").to_dict() == ITEM_COLUMNS
    assert told.rules["rule_id"].is_unique
    assert not told.items.duplicated(["rule_id", "role", "position"]).any()
    assert set(told.items["rule_id"]) == set(told.rules["rule_id"])
    rule = told.rules[told.rules["antecedent"].str.contains(" + ", regex=False)].iloc[0]
    items = told.items[told.items["rule_id"] == rule["rule_id"]]
    assert items["role"].tolist() == ["antecedent", "antecedent", "consequent"]
    assert items["position"].tolist() == [1, 2, 1]
    assert " + ".join(items["item_id"].iloc[:2]) == rule["antecedent"]
    assert items["item_id"].iloc[2] == rule["consequent"]


def test_a_rule_keeps_its_id() -> None:
    # sha256 of '["cross_sell", "product", ["a", "b"], "c"]'
    told = rule_id("cross_sell", "product", ("a", "b"), "c")

    assert told == "5e5a080b88521c5f"
    assert rule_id("cross_sell", "category", ("a", "b"), "c") != told
    assert rule_id("cross_sell", "product", ("a",), "b") != told


@pytest.mark.parametrize(
    ("first", "held_out"),
    [
        pytest.param(date(2020, 1, 1), 91, id="a third of the window, at most 91"),
        pytest.param(AS_OF - timedelta(days=199), 67, id="200 days: 67"),
        pytest.param(AS_OF - timedelta(days=39), 28, id="40 days: at least 28"),
    ],
)
def test_the_last_third_of_the_days_is_kept_out(first: date, held_out: int) -> None:
    window = Window.of(first, AS_OF, CrossSellConfig())

    assert (AS_OF - window.held_out_from).days + 1 == held_out
    assert window.first == max(first, AS_OF - timedelta(days=272))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="no orders"),
        pytest.param([("o1", "c1", AS_OF, "a")], id="one line"),
        pytest.param(
            [("o1", "c1", AS_OF, "a"), ("o1", "c1", AS_OF, "b")], id="one order"
        ),
        pytest.param([("o1", None, AS_OF, "a"), ("o2", None, AS_OF, "b")], id="nobody"),
        pytest.param([("o1", "c1", AS_OF, None)], id="no product"),
        pytest.param([("o1", "c1", AS_OF + timedelta(days=1), "a")], id="tomorrow"),
        pytest.param(
            [
                (f"o{each}", None, AS_OF - timedelta(days=each), item)
                for each in range(200)
                for item in "ab"
            ],
            id="two items in all baskets, no customer",
        ),
    ],
)
@pytest.mark.parametrize("has_products", [True, False])
def test_a_company_with_nothing_to_tell_gets_empty_tables_of_the_same_types(
    lines: list[tuple[str, str | None, date, str | None]], has_products: bool
) -> None:
    columns = ["order_id", "customer_id", "order_date", "product_id"]
    products = pd.DataFrame(
        [("a", "one", "l", 1, None, None), ("b", "two", "l", 2, None, None)],
        columns=PRODUCT_COLUMNS,
    )

    told = nightly_rules(
        pd.DataFrame(lines, columns=columns),
        products if has_products else products.iloc[:0],
        AS_OF,
        CONFIG,
    )

    assert not told.rules["is_published"].any()
    assert told.rules.dtypes.astype("str").to_dict() == COLUMNS
    assert told.items.dtypes.astype("str").to_dict() == ITEM_COLUMNS


def test_missing_columns_are_named(company: Company) -> None:
    with pytest.raises(ValueError, match="lines lack the columns customer_id"):
        nightly_rules(
            company.lines.drop(columns="customer_id"), company.products, AS_OF, CONFIG
        )
    with pytest.raises(ValueError, match="products lack the columns category"):
        nightly_rules(
            company.lines, company.products.drop(columns="category"), AS_OF, CONFIG
        )


def test_a_product_told_twice_is_refused(company: Company) -> None:
    twice = pd.concat([company.products, company.products.iloc[:1]])

    with pytest.raises(ValueError, match="products tell of a product twice"):
        nightly_rules(company.lines, twice, AS_OF, CONFIG)

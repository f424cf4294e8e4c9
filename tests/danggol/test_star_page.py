"""The picture of the star shows what the contracts say."""

import re
from pathlib import Path

import pytest
import yaml

from danggol.star_page import PAGE, star_page

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"


@pytest.fixture(scope="module")
def page() -> str:
    return star_page()


def test_the_page_in_docs_is_what_the_contracts_print(page: str):
    assert PAGE.read_text("utf-8") == page, (
        "a contract has changed: python -m danggol.star_page writes it down"
    )


def test_every_mart_has_its_row(page: str):
    table = page.split("## A row of each")[1]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    assert sorted(named) == sorted(file.stem for file in MARTS.rglob("*.sql"))


def test_every_fact_is_in_one_picture(page: str):
    drawn = re.findall(r"^    (\w+) \{", page, re.MULTILINE)

    assert sorted(drawn) == sorted(set(drawn))
    assert {file.stem for file in MARTS.rglob("fct_*.sql")} <= set(drawn)


def test_a_line_of_the_picture_is_a_column_of_the_fact(page: str):
    lines = re.findall(r"^    (dim_\w+) \|\|--o\{ (\w+) : (\w+)", page, re.MULTILINE)
    columns = {
        file.stem: {
            column["name"]
            for column in yaml.safe_load(file.read_text("utf-8"))["models"][0][
                "columns"
            ]
        }
        for file in MARTS.rglob("*.yml")
    }

    assert ("dim_customers", "fct_orders", "customer_key") in lines
    assert ("dim_customers", "fct_orders", "customer_id") not in lines
    assert ("dim_households", "fct_customer_months", "household_id") in lines
    for dimension, fact, column in lines:
        assert column in columns[fact], (fact, column)
        assert (dimension, fact) != ("dim_dates", fact)

"""The page of the source contract says what the contract says."""

import re

import pytest
import yaml

from danggol.company import Company
from ingest.contract import ENTITIES
from ingest.contract_page import PAGE, contract_page


@pytest.fixture(scope="module")
def page() -> str:
    return contract_page()


def test_the_page_in_docs_is_what_the_contract_prints(page: str) -> None:
    assert PAGE.read_text("utf-8") == page, (
        "the contract has changed: python -m ingest.contract_page writes it down"
    )


def test_every_column_of_every_entity_has_its_row(page: str) -> None:
    for name, entity in ENTITIES.items():
        section = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
        rows = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)

        assert rows[: len(entity.columns)] == [each.name for each in entity.columns]


def test_a_row_says_type_obligation_and_class(page: str) -> None:
    assert "| `net_amount` | numeric | **yes** | plain | What was paid. |" in page
    assert "| `birth_date` | date |  | identifier | Day of birth. |" in page
    assert "| `district` | text |  | quasi | City or district. |" in page


def test_limits_are_the_ones_that_loading_applies(page: str) -> None:
    assert "more than one row and 5 % of those before" in page
    assert "10^12 and more" in page
    assert "outside the years 1900 to 2199" in page


def test_the_examples_are_companies_that_can_be_loaded(page: str) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    company, from_files = map(yaml.safe_load, examples)
    entities = company["shop"]["entities"]

    loaded = Company.model_validate(company)
    company["shop"] = from_files["shop"] | {"entities": entities}

    assert {"customers", "orders", "order_lines"} <= loaded.shop.entities.keys()
    assert loaded.weblog is not None
    assert Company.model_validate(company).shop.files.keys() == {"invoices", "items"}


def test_nothing_of_the_template_is_left(page: str) -> None:
    assert not re.search(r"\{[{%#]|[%#]\}", page)
    assert "\n\n\n" not in page

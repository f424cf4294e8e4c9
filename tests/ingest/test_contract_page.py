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
    assert "more than 5 % of those before" in page
    assert "10^12 and more" in page
    assert "outside the years 1900 to 2199" in page


def test_the_example_is_a_company_that_can_be_loaded(page: str) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)

    company = Company.model_validate(yaml.safe_load(example))

    assert {"customers", "orders", "order_lines"} <= company.shop.entities.keys()
    assert company.weblog is not None


def test_nothing_of_the_template_is_left(page: str) -> None:
    assert not re.search(r"\{[{%#]|[%#]\}", page)
    assert "\n\n\n" not in page

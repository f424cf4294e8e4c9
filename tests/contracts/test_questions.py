"""Every question has a mart that there is, and asks for inputs that may be told."""

import re
from pathlib import Path

import pytest

from ingest.contract import ENTITIES

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
MODELS = DBT_PROJECT / "models"
MARTS = {mart.stem for mart in (MODELS / "marts").rglob("*.sql")}
# what a question needs of which the contract has no place yet
NOT_IN_CONTRACT = {
    "accounts.supplier_account_id",
    "customers.interest_code",
    "deliveries.delivered_at",
    "entitlements.granted_at",
    "markets.sales_amount",
    "policies.published_at",
    "product_options.option_code",
    "products.customisation_code",
    "readings.read_at",
    "wallets.owed_amount",
    "wallets.spent_amount",
}
ROW = re.compile(
    r"'(?P<id>Q\d+)', '(?P<asker>\w+)', (?P<view>null|'\w+'),\s+"
    r"(?P<needs>null|'[\w. ]+'),\s+'(?P<en>[^']+)',\s+'(?P<ko>[^']+)'"
)
QUESTIONS = [
    found.groupdict()
    for file in sorted((DBT_PROJECT / "macros" / "questions").glob("*.sql"))
    for found in ROW.finditer(file.read_text("utf-8"))
]
TOLD = set(
    re.findall(
        r"'((?!told)[a-z_]+\.[a-z_]+)'",
        (MODELS / "intermediate" / "int_inputs_told.sql").read_text("utf-8"),
    )
)


def needs_of(question: dict[str, str]) -> set[str]:
    """Inputs that a question needs."""
    needs = question["needs"].strip("'")
    return set() if needs == "null" else set(needs.split())


every_question = pytest.mark.parametrize(
    "question", QUESTIONS, ids=[each["id"] for each in QUESTIONS]
)


def test_every_question_has_a_number_and_words_of_its_own():
    assert sorted(each["id"] for each in QUESTIONS) == [
        f"Q{number:03}" for number in range(1, 155)
    ]
    for language in ("en", "ko"):
        assert len({each[language] for each in QUESTIONS}) == len(QUESTIONS)


@every_question
def test_a_question_names_a_mart_or_what_no_source_may_tell(question: dict[str, str]):
    view, needs = question["view"].strip("'"), needs_of(question)

    assert (view == "null") == bool(needs & NOT_IN_CONTRACT)
    assert view in {"null", *MARTS}


@every_question
def test_what_a_question_needs_is_of_the_contract_and_looked_for(
    question: dict[str, str],
):
    for name in needs_of(question) - NOT_IN_CONTRACT:
        entity, column = name.split(".")
        assert column in {each.name for each in ENTITIES[entity].columns}
        assert name in TOLD


def test_nothing_is_looked_for_that_no_question_needs():
    assert set().union(*map(needs_of, QUESTIONS)) - NOT_IN_CONTRACT == TOLD

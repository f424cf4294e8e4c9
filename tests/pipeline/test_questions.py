"""What the catalogue of questions says when a company tells its costs, and when not."""

import pytest

from tests.pipeline.made_company import NIGHTS, MadeCompany

pytestmark = pytest.mark.postgres

DAY = NIGHTS[0]
COST = "campaign_contacts.cost_amount"
# the questions that nobody answers without the cost of contacts
COST_QUESTIONS = {f"Q{number:03}" for number in (8, 12, 18, 44, 66, 73, 76, 90, 114)}
# all of them once more, an hour later each time: what is told last is believed
CONTACTS = """
    select
        mailing_no as contact_id,
        campaign_no as campaign_id,
        member_no as customer_id,
        'sms' as channel_code,
        {cost} as cost_amount,
        mailed_on as contact_date,
        timestamptz '{day} {hour}:00+09' as created_at
    from mailings
"""


def missing(company: MadeCompany) -> dict[str, str]:
    """What each question that cannot be answered lacks."""
    return dict(
        company.ask(
            "select question_id, coalesce(missing_input, '')"
            " from marts.question_catalogue where status = 'UNANSWERABLE'",
            role="bi_reader",
        )
    )


def tell_contacts(company: MadeCompany, hour: int, cost: str) -> dict[str, str]:
    """Run the same night with these costs; returns what is missing then."""
    query = CONTACTS.format(cost=cost, day=DAY, hour=hour)
    company.change_query("campaign_contacts", query)
    company.night(DAY, anew=True)
    return missing(company)


def without_cost(lacking: dict[str, str]) -> dict[str, str]:
    """What is missing beside the cost of contacts."""
    others = {
        question: ", ".join(name for name in names.split(", ") if name != COST)
        for question, names in lacking.items()
    }
    return {
        question: names
        for question, names in others.items()
        if names or not lacking[question]
    }


def test_only_the_questions_on_costs_wait_for_the_costs_of_contacts(
    company: MadeCompany,
):
    untold = tell_contacts(company, hour=12, cost="null::numeric")
    told = tell_contacts(company, hour=13, cost="300")
    dropped = tell_contacts(company, hour=14, cost="null::numeric")

    assert {each for each, names in untold.items() if COST in names} == COST_QUESTIONS
    assert told == without_cost(untold)
    assert "Q073" not in told
    assert dropped == untold


def test_every_question_is_there_and_fresh(company: MadeCompany):
    company.night(DAY)

    assert company.ask(
        "select count(*), count(*) filter (where status = 'STALE'),"
        " min(as_of_date), max(as_of_date) from marts.question_catalogue"
    ) == [(154, 0, DAY, DAY)]


def test_a_sentence_says_what_the_mart_says(company: MadeCompany):
    ((customers,),) = company.ask("select count(*) from marts.customer_360")

    ((answer,),) = company.ask(
        "select answer_en from marts.question_catalogue where question_id = 'Q016'"
    )

    assert answer.startswith(f"Of {customers} customers we know ")

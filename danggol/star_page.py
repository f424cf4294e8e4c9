"""`docs/star.md`: the star as a picture, drawn from its contracts, so that it is true.

Refresh it by ``python -m danggol.star_page``.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml

from danggol.settings import PROJECT

PAGE = PROJECT / "docs" / "star.md"
_MARTS = PROJECT / "dbt_project" / "models" / "marts"
_TEMPLATES = Path(__file__).parent / "templates"

# How a fact names a member of a dimension.
_POINTS_TO: Mapping[str, str] = {
    "customer_key": "dim_customers",
    "customer_id": "dim_customers",
    "referred_customer_key": "dim_customers",
    "household_key": "dim_households",
    "household_id": "dim_households",
    "account_key": "dim_accounts",
    "employee_key": "dim_employees",
    "product_id": "dim_products",
    "store_id": "dim_stores",
    "campaign_id": "dim_campaigns",
    "channel_code": "dim_channels",
    "reason_code": "dim_reasons",
    "rfm_segment_code": "dim_segments",
}
# A picture of everything would be a knot, so each subject has its own.
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "Sales": (
        "fct_orders",
        "fct_order_lines",
        "fct_payments",
        "fct_returns",
        "fct_quotes",
        "fct_leads",
    ),
    "Campaigns and service": (
        "fct_campaign_contacts",
        "fct_campaign_responses",
        "fct_service_cases",
        "fct_surveys",
        "fct_registrations",
    ),
    "The whole customer": (
        "fct_interactions",
        "fct_customer_months",
        "customer_days",
        "fct_consents",
        "customer_contact_permissions_current",
        "fct_referrals",
        "fct_web_sessions",
        "fct_page_views",
        "customer_segments",
    ),
}


def star_page() -> str:
    """The star as a page of Markdown: a picture a subject, and the bus matrix.

    Returns
    -------
    str
        Mermaid's entity diagrams, and a table of which fact has which dimension.
    """
    marts = {mart["name"]: mart for mart in _marts()}
    facts = [fact for subject in _SUBJECTS.values() for fact in subject]
    dimensions = sorted({*_POINTS_TO.values(), "dim_dates"})
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("star.md.j2").render(
        subjects={
            subject: {
                "facts": [marts[name] for name in names],
                "relations": list(_relations(marts[name] for name in names)),
            }
            for subject, names in _SUBJECTS.items()
        },
        dimensions=[marts[name] for name in dimensions],
        facts=[marts[name] for name in facts],
        has={name: {found for _, found in _pointing(marts[name])} for name in facts},
        others=sorted(marts.keys() - {*facts, *dimensions}),
        marts=marts,
    )


def _marts() -> Iterator[dict[str, Any]]:
    for file in sorted(_MARTS.rglob("*.yml")):
        (mart,) = yaml.safe_load(file.read_text("utf-8"))["models"]
        grain = " ".join(mart["description"].split()).split(". ")[0]
        yield {
            "name": mart["name"],
            "grain": grain.removeprefix("Grain: ").removesuffix("."),
            "key": _key(mart),
            "columns": [column["name"] for column in mart["columns"]],
        }


def _key(mart: dict[str, Any]) -> list[str]:
    for constraint in mart.get("constraints", []):
        if constraint["type"] == "primary_key":
            return list(constraint["columns"])
    return [
        column["name"]
        for column in mart["columns"]
        if {"type": "primary_key"} in column.get("constraints", [])
    ]


def _pointing(mart: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Columns that point to a dimension, each with it."""
    days = (name for name in mart["columns"] if name.endswith("_date"))
    yield from ((name, "dim_dates") for name in list(days)[:1])
    for name in mart["columns"]:
        # beside the key of a version its number points nowhere else
        if name in _POINTS_TO and name.replace("_id", "_key") not in {
            *mart["columns"]
        } - {name}:
            yield name, _POINTS_TO[name]


def _relations(facts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for fact in facts:
        for column, dimension in _pointing(fact):
            if dimension != "dim_dates":  # all of them do
                yield dimension, fact["name"], column


if __name__ == "__main__":
    PAGE.write_text(star_page(), "utf-8")

"""`docs/source-contract.md`, printed from the contract, so that it cannot drift.

Refresh it by ``python -m ingest.contract_page``.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import jinja2

from ingest.contract import SHOP_ENTITIES
from ingest.contract.visits import WEB_REQUESTS
from ingest.sources import database, frames, postgresql
from ingest.weblog.formats import FORMATS
from warehouse.examination import FIRST_YEAR, LARGEST_NUMBER, LAST_YEAR, LONGEST_KEY
from warehouse.full_reading import LARGEST_DELETED_SHARE

PAGE = Path(__file__).resolve().parents[1] / "docs" / "source-contract.md"
_TEMPLATE = "contract_page.md.j2"


def contract_page() -> str:
    """The source contract as a page of Markdown.

    Returns
    -------
    str
        Every entity with its columns, rules and key; how rows are asked for; an
        example.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["cell"] = _cell
    return environment.get_template(_TEMPLATE).render(_said())


def _said() -> dict[str, Any]:
    return {
        "entities": list(SHOP_ENTITIES.values()),
        "web_requests": WEB_REQUESTS,
        "accepted": _sorted(postgresql.ACCEPTED),
        "accepted_in_files": _sorted(frames.ACCEPTED),
        "first_rows": f"{database.FIRST_ROWS:,}",
        "formats": {name: form.directive for name, form in FORMATS.items()},
        "first_year": FIRST_YEAR,
        "longest_key": LONGEST_KEY,
        "last_year": LAST_YEAR - 1,
        "largest_exponent": len(str(LARGEST_NUMBER)) - 1,
        "deleted_percent": f"{LARGEST_DELETED_SHARE:.0%}".replace("%", " %"),
    }


def _sorted(accepted: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    return {kind: sorted(found) for kind, found in accepted.items()}


def _cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return text.replace("|", "\\|").replace("\t", "\\t")


if __name__ == "__main__":
    PAGE.write_text(contract_page(), "utf-8")

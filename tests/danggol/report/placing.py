"""Places a company in won whose warehouse is the test's."""

import json
from pathlib import Path

from danggol.company import load_company
from danggol.environment import Environment
from danggol.settings import Settings
from warehouse import Warehouse


def place(warehouse: Warehouse, folder: Path, **changes: object) -> Environment:
    """Surroundings of the company, with a home in `folder`."""
    home = folder / "complete_journey"
    home.mkdir()
    (home / "secrets.json").write_text(json.dumps(dict(warehouse.passwords)))
    settings = Settings(
        company="complete_journey",
        danggol_home=folder,
        warehouse_url=warehouse.url("admin", driver="postgresql"),
    )
    company = load_company(settings).model_copy(
        update={
            "name": "Haneul & Daughters",
            "currency_code": "KRW",
            "time_zone": "Asia/Seoul",
            "is_synthetic": False,
            **changes,
        }
    )
    return Environment(settings, company)

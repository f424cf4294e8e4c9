"""A company in won whose warehouse is the test's."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from danggol.company import load_company
from danggol.environment import Environment
from danggol.settings import Settings
from warehouse import Warehouse

Place = Callable[..., Environment]


@pytest.fixture
def surroundings(tmp_path: Path) -> Place:
    """Surroundings of a company in won whose warehouse is the test's."""

    def make(warehouse: Warehouse, **changes: object) -> Environment:
        home = tmp_path / "complete_journey"
        home.mkdir()
        (home / "secrets.json").write_text(json.dumps(dict(warehouse.passwords)))
        settings = Settings(
            company="complete_journey",
            danggol_home=tmp_path,
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

    return make

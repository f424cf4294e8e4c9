"""A company whose warehouse is the test's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from danggol.environment import Environment
from tests.danggol.report.placing import place
from warehouse import Warehouse


@pytest.fixture
def surroundings(tmp_path: Path) -> Callable[..., Environment]:
    """Surroundings of a company with this warehouse."""

    def make(warehouse: Warehouse, **changes: object) -> Environment:
        return place(warehouse, tmp_path, **changes)

    return make

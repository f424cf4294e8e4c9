"""Public holidays, as the calendars of their countries have them."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from danggol import public_holidays
from danggol.company import Company
from tests.conftest import rows_of
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

HANEUL = Path(__file__).parents[1] / "pipeline" / "haneul" / "company.yml"


def company(**told: object) -> Company:
    """The test company, whose history begins in 2024."""
    return Company.model_validate(yaml.safe_load(HANEUL.read_text("utf-8")) | told)


def kept(warehouse: Warehouse, year: int) -> dict[date, str]:
    """What the ledger has of a year."""
    with warehouse.connect("publisher") as connection:
        return dict(
            rows_of(
                connection,
                "select holiday_date, holiday_name from ledger.holidays"
                f" where extract(year from holiday_date) = {year}",
            )
        )


def test_the_lunar_new_year_and_its_substitute_are_kept(warehouse: Warehouse):
    public_holidays.keep(warehouse, company(), date(2024, 2, 27))

    # Seollal 2024 fell on Saturday 10 February, so that Monday was free too
    of_february = {day.day for day in kept(warehouse, 2024) if day.month == 2}
    assert of_february == {9, 10, 11, 12}


def test_years_around_the_history_are_kept_and_none_is_lost_by_an_older_night(
    warehouse: Warehouse,
):
    public_holidays.keep(warehouse, company(), date(2026, 1, 5))
    public_holidays.keep(warehouse, company(), date(2024, 2, 27))

    assert [bool(kept(warehouse, year)) for year in range(2021, 2031)] == [
        False, False, True, True, True, True, True, True, False, False,
    ]  # fmt: skip


def test_another_country_takes_the_place_of_the_one_before(warehouse: Warehouse):
    public_holidays.keep(warehouse, company(), date(2024, 2, 27))
    public_holidays.keep(warehouse, company(country_code="US"), date(2024, 2, 27))

    names = set(kept(warehouse, 2024).values())
    assert "Thanksgiving Day" in names
    assert "Chuseok" not in names


def test_without_a_country_nothing_is_known(warehouse: Warehouse):
    public_holidays.keep(warehouse, company(country_code=None), date(2024, 2, 27))

    assert kept(warehouse, 2024) == {}

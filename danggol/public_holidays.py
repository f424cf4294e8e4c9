"""Public holidays of the company's country, kept in the ledger for `dim_dates`."""

from datetime import date
from importlib.metadata import version

from danggol.company import Company
from warehouse import Warehouse, ledger


def keep(warehouse: Warehouse, company: Company, day: date) -> None:
    """Keep the holidays of the history, a year before it and two after the newest.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `publisher`.
    company : Company
        Without a country no holiday is known.
    day : date
        Business date.
    """
    if company.country_code is None:
        return
    source = f"{company.country_code}, holidays {version('holidays')}"
    with warehouse.connect("publisher") as connection:
        newest = max(day, ledger.newest_day(connection) or day)
        years = range(company.history_first_date.year - 1, newest.year + 3)
        if not ledger.holiday_years(connection, source).issuperset(years):
            ledger.keep_holidays(
                connection, source, _holidays(company.country_code, years)
            )


def _holidays(country: str, years: range) -> dict[date, str]:
    # half a second of importing, for a table that changes once a year
    import holidays

    return dict(holidays.country_holidays(country, years=years, language="en_US"))

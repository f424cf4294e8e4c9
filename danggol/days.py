"""Business dates as a person types them."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

Day = Annotated[str, typer.Argument(metavar="DATE", help="A date, or `yesterday`.")]


def parse_day(text: str) -> date:
    """A business date: an ISO date, or ``yesterday`` in the company's time zone.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if text == "yesterday":
        from danggol.environment import Environment

        zone = Environment.current().company.zone
        return datetime.now(zone).date() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a date; wanted YYYY-MM-DD or `yesterday`"
        ) from None


def parse_days(first: str, last: str) -> list[date]:
    """Every business date from `first` to `last`.

    Raises
    ------
    ValueError
        If one is no date, or they are the wrong way round.
    """
    begin, end = parse_day(first), parse_day(last)
    if end < begin:
        raise ValueError(f"from {begin} to {end}: the end lies before the start")
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]

"""The report: one page that shows what the nights brought, for people without SQL."""

from datetime import date
from pathlib import Path

from danggol.environment import Environment
from danggol.report.page import render
from danggol.report.told import read

__all__ = ["OtherNight", "write_report"]


class OtherNight(RuntimeError):
    """What is published is of another night than the report shall be."""


def write_report(
    here: Environment, path: Path | None = None, *, wanted: date | None = None
) -> Path:
    """Write what is published now as one page, that asks nothing of a network.

    The page says nothing about when it was written: equal figures give equal bytes.

    Parameters
    ----------
    here : Environment
        The company's surroundings.
    path : Path, optional
        Where to; else ``report.html`` in the company's home. Written aside, then
        renamed, so that nobody reads half a page.
    wanted : date, optional
        Night that the page must be of; else it is of whatever is published.

    Raises
    ------
    OtherNight
        If another night is published. The page of before stays.
    warehouse.figures.NothingPublished
        If no segments are published yet.
    """
    path = path or here.home / "report.html"
    told = read(here)
    found = told.answer.as_of_date
    if wanted and wanted != found:
        raise OtherNight(
            f"readers see the night of {found}, not of {wanted}; the report was not "
            f"written. Run `{here.command_of(wanted)}` first, or leave the date out"
        )
    page = render(here.company, told)
    aside = path.with_suffix(".new")
    aside.write_text(page, "utf-8")
    aside.replace(path)
    return path

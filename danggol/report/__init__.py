"""The report: one page that shows what the nights brought, for people without SQL."""

from pathlib import Path

from danggol.environment import Environment
from danggol.report.page import render
from danggol.report.told import read

__all__ = ["write_report"]


def write_report(here: Environment, path: Path | None = None) -> Path:
    """Write what is published now as one page, that asks nothing of a network.

    The page says nothing about when it was written: equal figures give equal bytes.

    Parameters
    ----------
    here : Environment
        The company's surroundings.
    path : Path, optional
        Where to; else ``report.html`` in the company's home. Written aside, then
        renamed, so that nobody reads half a page.

    Raises
    ------
    warehouse.figures.NothingPublished
        If no segments are published yet.
    """
    path = path or here.home / "report.html"
    page = render(here.company, read(here))
    aside = path.with_suffix(".new")
    aside.write_text(page, "utf-8")
    aside.replace(path)
    return path

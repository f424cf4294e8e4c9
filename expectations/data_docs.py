"""Data Docs: what the gates found, as pages for a browser, without values of rows.

A gate keeps each result as a small file; the pages are built from these files when
somebody asks (`make docs`, the end of a demo), because building takes seconds.

The library's own pages fetch styles, scripts and a logo from six hosts of others, and
without them show nothing but a heading. Ours stand alone: `_alone` takes the
foreign parts out, `data_docs.css` dresses the rest, and the first page is our own.
"""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from expectations.library import (
    EphemeralDataContext,
    ExpectationSuite,
    ExpectationSuiteIdentifier,
    ExpectationSuiteValidationResult,
    RunIdentifier,
    ValidationResultIdentifier,
    expectationSuiteValidationResultSchema,
    gx,
)

# Nights that stay on file, as long as mined marts do; the ledger keeps all.
NIGHTS_KEPT = 35
_TEMPLATES = Path(__file__).parent


def keep(
    home: Path,
    day: date,
    gate: str,
    suite: ExpectationSuite,
    result: ExpectationSuiteValidationResult,
) -> None:
    """Keep one result in the company's home; a rerun replaces the night's."""
    told: dict[str, Any] = result.to_json_dict()  # type: ignore[no-untyped-call]  # GX has no type
    # Where was looked is named by numbers that change, and helps nobody here.
    told["meta"] = {
        "great_expectations_version": gx.__version__,
        "batch_spec": {"data_asset_name": suite.name},
        "run_id": {
            "run_name": f"night of {day}",
            # when was looked: for people, compared with nothing
            "run_time": datetime.now(UTC).isoformat(),
        },
    }
    told["success"] = _state(told) != "failed"
    for each in told["results"]:
        configuration = each["expectation_config"]
        for passing in ("batch_id", "row_condition"):
            configuration["kwargs"].pop(passing, None)
        if configuration["severity"] == "warning":
            configuration["description"] += " (a warning only)"
    document = {"gate": gate, "notes": suite.notes, "result": told}
    folder = _results(home) / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{suite.name}"
    unfinished.write_text(json.dumps(document), encoding="utf-8")
    unfinished.replace(folder / f"{suite.name}.json")
    for old in sorted(_results(home).iterdir())[:-NIGHTS_KEPT]:
        # another gate of the night may be doing the same
        shutil.rmtree(old, ignore_errors=True)


def build(home: Path) -> Path:
    """Build the pages anew from every result on file.

    Returns
    -------
    Path
        The page to open first.
    """
    unfinished, finished = home / "gx" / ".data_docs", home / "gx" / "data_docs"
    shutil.rmtree(unfinished, ignore_errors=True)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.add_data_docs_site(
        "gates",
        {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(unfinished.absolute()),
            },
        },
    )
    documents = list(_documents(home))
    for day, document in documents:
        _add(context, day, document)
    context.build_data_docs(site_names=["gates"], build_index=False)
    shutil.rmtree(unfinished / "static", ignore_errors=True)
    style = (_TEMPLATES / "data_docs.css").read_text(encoding="utf-8")
    for page in unfinished.rglob("*.html"):
        page.write_text(_alone(page.read_text(encoding="utf-8"), style), "utf-8")
    (unfinished / "index.html").write_text(_first_page(documents, style), "utf-8")
    shutil.rmtree(finished, ignore_errors=True)
    unfinished.rename(finished)
    return finished / "index.html"


def _add(context: EphemeralDataContext, day: date, document: dict[str, Any]) -> None:
    """Add one result, and the suite as it was then; the latest night's stays."""
    result = expectationSuiteValidationResultSchema.load(document["result"])
    configurations = [each.expectation_config for each in result.results]
    context.suites.add_or_update(
        ExpectationSuite(
            name=result.suite_name,
            expectations=[each.to_domain_obj() for each in configurations],
            notes=document["notes"],
        )
    )
    identifier = ValidationResultIdentifier(
        expectation_suite_identifier=ExpectationSuiteIdentifier(result.suite_name),
        run_id=RunIdentifier(day.isoformat(), datetime.combine(day, time(), UTC)),
        batch_identifier=document["gate"],
    )
    context.validation_results_store.set(identifier, result)


def _alone(page: str, style: str) -> str:
    """Take out of a page what it would fetch, run or advertise."""
    for part in (
        r"<script\b.*?</script>",
        r"<link\b[^>]*>",
        r"<style>.*?</style>",
        r'<a href="[^"]*index.html">\s*<img\b.*?</a>',
        r"<footer\b.*?</footer>",
    ):
        page = re.sub(part, "", page, flags=re.DOTALL)
    return page.replace("</head>", f"<style>\n{style}</style>\n</head>", 1)


def _first_page(documents: list[tuple[date, dict[str, Any]]], style: str) -> str:
    """One row a table, in the order of the latest night; one column a night."""
    rows: dict[str, dict[str, dict[date, tuple[str, str]]]] = {}
    for day, document in sorted(documents, key=_latest_night_first):
        gate, result = document["gate"], document["result"]
        row = rows.setdefault(gate, {}).setdefault(result["suite_name"], {})
        row[day] = (_state(result), _address(day, gate, result))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True
    )
    return environment.get_template("data_docs.html.j2").render(
        rows=rows, days=sorted({day for day, _ in documents}), style=style
    )


def _latest_night_first(night: tuple[date, dict[str, Any]]) -> tuple[int, str]:
    day, document = night
    return -day.toordinal(), document["result"]["meta"]["run_id"]["run_time"]


def _state(result: dict[str, Any]) -> str:
    broken = {
        each["expectation_config"]["severity"]
        for each in result["results"]
        if not each["success"]
    }
    return "failed" if broken - {"warning"} else "warned" if broken else "passed"


def _address(day: date, gate: str, result: dict[str, Any]) -> str:
    """Address of a result's page, as the library chooses it."""
    suite = result["suite_name"].replace(".", "/")
    moment = f"{day:%Y%m%d}T000000.000000Z"
    return quote(f"validations/{suite}/{day}/{moment}/{gate}.html")


def _documents(home: Path) -> Iterator[tuple[date, dict[str, Any]]]:
    for path in sorted(_results(home).glob("*/*.json")):
        yield (
            date.fromisoformat(path.parent.name),
            json.loads(path.read_text(encoding="utf-8")),
        )


def _results(home: Path) -> Path:
    return home / "gx" / "results"

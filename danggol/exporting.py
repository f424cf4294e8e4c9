"""`danggol export`: a mart as a file, of customers who may be contacted."""

import getpass
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from danggol import export_place
from danggol.environment import Environment
from danggol.export_place import Place, Written
from warehouse import exports, vault
from warehouse.export_files import WRITERS
from warehouse.exports import Export, ExportError, Order


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that its place has."""

    place: str
    export: Export
    written: Written
    everybody_because: str | None


def export(
    here: Environment,
    mart: str,
    *,
    changes: bool,
    file_format: str,
    target: str,
    everybody_because: str | None = None,
) -> Exported:
    """Write a mart, or what changed of it, into a folder of its own at `target`.

    Raises
    ------
    warehouse.exports.ExportError
        If it cannot be exported, or a reason is missing.
    danggol.export_place.PlaceError
        If nothing can be written there.
    """
    if file_format not in WRITERS:
        raise ExportError(f"no format {file_format!r}; there are {', '.join(WRITERS)}")
    if everybody_because is not None and not everybody_because.strip():
        raise ExportError("--everybody is empty; wanted the reason, in words")
    place = Place.of(target)
    order = Order(
        mart,
        changes,
        file_format,
        place.name,
        _user(),
        everybody_because.strip() if everybody_because else None,
        vault.forgotten(here.warehouse, here.keyed_hash),
    )
    with exports.begin(here.warehouse, order) as (connection, begun):
        folder = place.folder(begun.name)
        written = export_place.write(
            folder,
            f"{begun.name}.{file_format}",
            partial(WRITERS[file_format], connection, begun),
            _manifest(here, order, begun),
            replaced=[
                f"{begun.name}.{other}" for other in WRITERS if other != file_format
            ],
        )
        exports.finish(here.warehouse, begun, written.row_count, written.sha256)
    return Exported(folder.name, begun, written, order.everybody_because)


def _user() -> str:
    """Who asks, by the name that this machine has for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return f"user {os.getuid()}"


def _manifest(here: Environment, order: Order, begun: Export) -> dict[str, object]:
    """What a reader must know of the file; nothing that differs between equal ones."""
    published, permissions = begun.publication, begun.permissions
    told: dict[str, object] = {
        "company": here.company.code,
        "mart": begun.name,
        "as_of_date": str(published.as_of_date),
        "publication_id": published.publication_id,
    }
    if order.is_changes:
        before = begun.previous_as_of_date
        told["previous_as_of_date"] = str(before) if before else None
    if permissions is None:
        return told
    return told | {
        "permissions_as_of_date": str(permissions.as_of_date),
        "permissions_publication_id": permissions.publication_id,
        "everybody_because": order.everybody_because,
        "withheld_rows": begun.withheld.row_count,
        "withheld_customers": dict(begun.withheld.customers),
    }


def sentences(done: Exported) -> Iterator[str]:
    """What an export brought, and whom it left out."""
    begun = done.export
    since = ""
    if begun.columns.get("previous_as_of_date"):
        since = f", since {begun.previous_as_of_date or 'nothing was there'}"
    yield (
        f"{begun.name} as of {begun.publication.as_of_date}{since}: "
        f"{done.written.row_count:,} rows in {done.place}"
    )
    if begun.permissions is None:
        yield "it names no customer, so nobody's permission was asked"
        return
    customers = begun.unpermitted.customers
    total = f"{sum(customers.values()):,} customers without permission"
    by_reason = ", ".join(f"{reason} {count:,}" for reason, count in customers.items())
    known = f"as of {begun.permissions.as_of_date}"
    if not customers:
        yield f"nobody was left out: all permit it {known}"
    elif done.everybody_because:
        yield f"with {total} {known}: {by_reason}; because: {done.everybody_because}"
    else:
        yield (
            f"left out {total} {known}, {begun.withheld.row_count:,} rows: {by_reason}"
        )

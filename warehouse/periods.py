"""Publishing by periods: a night's state of everybody, kept as long as it holds.

`marts_next` has a row a key as it stands on one night. The permanent mart has the
periods (valid_from, valid_to) in which each key's state stayed the same, over all
nights that were ever published. A night is the cell from itself to the next published
night; publishing it puts its state into that cell and touches no other, so that nights
may come late, out of order and again, and the mart is the same in the end.
"""

from collections.abc import Sequence
from datetime import date

from psycopg import sql

from warehouse.column_names import names, same
from warehouse.connection import Connection

BOUNDS = ("valid_from", "valid_to", "is_current")


def put(
    connection: Connection,
    mart: str,
    key: Sequence[str],
    columns: Sequence[str],
    night: date,
) -> tuple[int, int]:
    """Put what `marts_next` has of a night into the periods of a mart.

    Parameters
    ----------
    connection : Connection
        May write the mart; the caller commits.
    mart : str
        Which mart.
    key, columns : sequence of str
        Its key, in which ``valid_from`` is, and all of its columns.
    night : date
        Which night.

    Returns
    -------
    tuple of (int, int)
        Rows inserted and deleted; an update is one of each.
    """
    whose = [name for name in key if name not in BOUNDS]
    told = [name for name in columns if name not in BOUNDS]
    following = _next_night(connection, mart, night)
    parts = {
        "mart": sql.Identifier("marts", mart),
        "next": sql.Identifier("marts_next", mart),
        "names": names(told),
        "old": names(told, "old"),
        "new": names(told, "new"),
        "later": names(told, "later"),
        "same_key": same("new", "old", whose),
        "again": same("later", "old", whose),
        "night": sql.Literal(night),
        "until": sql.Literal(following) if following else sql.SQL("date 'infinity'"),
    }
    inserted = deleted = 0
    for statement, inserts, deletes in _CUT:
        count = connection.execute(sql.SQL(statement).format(**parts)).rowcount
        inserted += inserts * count
        deleted += deletes * count
    for boundary in (night, following):
        if boundary is not None:
            joined = connection.execute(
                sql.SQL(_JOIN).format(**parts, boundary=sql.Literal(boundary))
            ).rowcount
            inserted, deleted = inserted + joined, deleted + 2 * joined
    return inserted, deleted


# Whether the period covers the night with a state that is not the night's.
_DIFFERS = """old.valid_from <= {night} and old.valid_to > {night}
    and not exists (
        select from {next} as new
        where {same_key} and ({new}) is not distinct from ({old})
    )"""
# Statements with the rows that each one counts as inserted and as deleted.
_CUT = (
    # what goes on after the next night begins there
    (
        "insert into {mart} ({names}, valid_from, valid_to, is_current)"
        " select {old}, {until}, old.valid_to, old.is_current from {mart} as old"
        f" where old.valid_to > {{until}} and {_DIFFERS}",
        1,
        0,
    ),
    (
        f"delete from {{mart}} as old where old.valid_from = {{night}} and {_DIFFERS}",
        0,
        1,
    ),
    (
        "update {mart} as old set valid_to = {night}, is_current = false"
        f" where old.valid_from < {{night}} and {_DIFFERS}",
        1,
        1,
    ),
    (
        "insert into {mart} ({names}, valid_from, valid_to, is_current)"
        " select {new}, {night}, {until}, {until} = 'infinity' from {next} as new"
        " where not exists (select from {mart} as old where {same_key}"
        " and old.valid_from <= {night} and old.valid_to > {night})",
        1,
        0,
    ),
)
# Two periods of one state that touch are one.
_JOIN = """
with later as (
    delete from {mart} as later using {mart} as old
    where old.valid_to = {boundary} and later.valid_from = {boundary}
        and {again} and ({later}) is not distinct from ({old})
    returning later.*
)
update {mart} as old set valid_to = later.valid_to, is_current = later.is_current
from later where old.valid_to = {boundary} and {again}
"""


def _next_night(connection: Connection, mart: str, night: date) -> date | None:
    following: date | None
    (following,) = connection.execute(
        "select min(as_of_date) from marts.publications"
        " where mart = %s and status = 'published' and as_of_date > %s",
        [mart, night],
    ).fetchone() or (None,)
    return following

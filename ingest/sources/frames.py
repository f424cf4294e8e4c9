"""Columns of any source in the types of the contract, by the column.

A value that has no such type is refused with its reason: its row travels on, as text,
to be quarantined with the others.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from ingest.sources.fitting import DELETE_FLAG, Fit
from warehouse.entity import Entity, Type

# Kinds of columns that may stand for each type of the contract.
ACCEPTED: dict[str, set[str]] = {
    "text": {"text", "integer"},
    "numeric": {"integer", "decimal", "float", "text"},
    "integer": {"integer", "text"},
    "bigint": {"integer", "text"},
    "boolean": {"boolean", "integer"},
    "date": {"date", "text"},
    "timestamptz": {"timestamp with time zone"},
}
WITHOUT_ZONE = "timestamp"
# What PostgreSQL reads as a number without overflowing.
_NUMBER = r"^[+-]?([0-9]{1,60}\.?[0-9]{0,60}|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$"
_MICROSECONDS = pl.Datetime("us", "UTC")
_NUL = "\x00"


def accepted(zone: ZoneInfo | None) -> dict[str, set[str]]:
    """Kinds of columns by the type of the contract that they may stand for.

    Times without a zone are taken where the company says which zone they are in.
    """
    if zone is None:
        return ACCEPTED
    return ACCEPTED | {"timestamptz": {*ACCEPTED["timestamptz"], WITHOUT_ZONE}}


def kind(dtype: pl.DataType) -> str:
    """A type in the words of messages."""
    if isinstance(dtype, pl.Datetime):
        return "timestamp with time zone" if dtype.time_zone else WITHOUT_ZONE
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "float"
    kinds = {pl.String: "text", pl.Boolean: "boolean", pl.Date: "date"}
    if isinstance(dtype, pl.Decimal):
        return "decimal"
    return kinds.get(type(dtype), str(dtype).lower())


def staged(
    frame: pl.DataFrame,
    entity: Entity,
    fit: Fit,
    stamp: str | datetime,
    zone: ZoneInfo | None,
) -> list[pl.DataFrame]:
    """Rows as ``staged`` takes them: those that can be read, and those that cannot.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows of the entity's query.
    entity : Entity
        Whose types are wanted.
    fit : Fit
        Which of the columns the contract has.
    stamp : str or datetime
        Column with the source's stamp of a row, or the stamp of all.
    zone : ZoneInfo, optional
        Zone of stamps that have none.

    Returns
    -------
    list of polars.DataFrame
        The second has for each row what is wrong with it, in ``_refusal``, and all
        that the source told, in ``_told``.
    """
    wanted: dict[str, Type] = {c.name: c.type for c in entity.columns}
    readings = {
        name: _read(name, frame.schema[name], wanted[name], zone)
        for name in fit.columns
    }
    flag = pl.lit(False)
    if fit.has_delete_flag:
        flag, bad = _read(DELETE_FLAG, frame.schema[DELETE_FLAG], "boolean", zone)
        readings[DELETE_FLAG] = flag, bad
    moment = pl.lit(stamp)
    if isinstance(stamp, str):
        moment, bad = _read(stamp, frame.schema[stamp], "timestamptz", zone)
        readings[stamp] = moment, bad
    refusals = [bad for _, bad in readings.values()]
    refusals += [
        pl.when(pl.col(name).str.contains(_NUL, literal=True)).then(
            pl.lit(f"{name} holds a NUL byte")
        )
        for name in frame.columns
        if frame.schema[name] == pl.String
    ]
    refusal = pl.coalesce(*refusals, pl.lit(None, pl.String))
    columns = [
        *(readings[name][0].alias(name) for name in fit.columns),
        moment.cast(_MICROSECONDS).alias("_source_stamp"),
        _as_json(fit.extra).alias("_extra"),
        flag.alias("_is_deleted"),
    ]
    whole = frame.with_columns(refusal.alias("_refusal"))
    good = whole.filter(pl.col("_refusal").is_null()).select(columns)
    bad_rows = whole.filter(pl.col("_refusal").is_not_null())
    told = pl.Series("_told", [], pl.String)
    if bad_rows.height:
        told = bad_rows.select(_as_json(frame.columns).alias("_told"))["_told"]
    without_nul = bad_rows.with_columns(
        pl.col(pl.String).exclude("_refusal").str.replace_all(_NUL, "", literal=True)
    )
    refused = without_nul.select(*columns, pl.col("_refusal"), told)
    return [good, refused]


def _as_json(names: tuple[str, ...] | list[str]) -> pl.Expr:
    """Columns as the text of one JSON object; null for none."""
    if not names:
        return pl.lit(None, pl.String)
    return pl.struct(pl.col(*names).cast(pl.String)).struct.json_encode()


def _read(
    name: str, dtype: pl.DataType, wanted: Type, zone: ZoneInfo | None
) -> tuple[pl.Expr, pl.Expr]:
    """A column in the wanted type, and what is wrong where it cannot be read."""
    told = pl.col(name)
    if dtype == pl.String and wanted != "text":
        told = told.str.strip_chars()
        told = pl.when(told != "").then(told)
    value, reason = _value(told, dtype, wanted, zone)
    bad = pl.when(told.is_not_null() & value.is_null()).then(pl.lit(f"{name} {reason}"))
    return value, bad


def _value(
    told: pl.Expr, dtype: pl.DataType, wanted: Type, zone: ZoneInfo | None
) -> tuple[pl.Expr, str]:
    match wanted:
        case "text":
            return told.cast(pl.String), "is no text"
        case "numeric" if dtype == pl.String:
            return pl.when(told.str.contains(_NUMBER)).then(told), "is no number"
        case "numeric":
            return told, "is no number"
        case "integer" | "bigint":
            size = pl.Int32 if wanted == "integer" else pl.Int64
            return told.cast(size, strict=False), f"is no {wanted}"
        case "boolean":
            number = told.cast(pl.Int64)
            is_one = pl.when(number.is_in([0, 1])).then(number == 1)
            return is_one, "is neither true nor false"
        case "date":
            if dtype == pl.String:
                told = told.str.to_date("%Y-%m-%d", strict=False)
            return _in_calendar(told), "is no day"
        case "timestamptz":
            if dtype == pl.String:
                told = told.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False)
            if kind(dtype) in (WITHOUT_ZONE, "text"):
                told = told.dt.replace_time_zone(
                    str(zone or "UTC"), ambiguous="earliest", non_existent="null"
                )
            return (
                _in_calendar(told.dt.convert_time_zone("UTC")),
                f"is a time that {zone or 'the calendar'} does not have",
            )


def _in_calendar(moment: pl.Expr) -> pl.Expr:
    """Years of four digits: what others are written like depends on who reads."""
    return pl.when(moment.dt.year().is_between(1, 9999)).then(moment)

"""Columns of frames that callers give, brought to one type or refused.

A refusal names the column, its type or the number of rows, and never a value.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd


def text(column: pd.Series) -> pd.Series:
    """The column as ``str``; ids and codes are text.

    Raises
    ------
    ValueError
        If it holds anything but text.
    """
    if not pd.api.types.is_string_dtype(column.dropna()):
        raise ValueError(f"{column.name} must be text, got {column.dtype}")
    return column.astype("str")


def days(column: pd.Series) -> pd.Series:
    """The column as ``datetime64[s]`` at midnight.

    Raises
    ------
    ValueError
        If it holds numbers, a time zone, or times of a day.
    """
    wanted = f"{column.name} must hold days without a time zone, got {column.dtype}"
    if pd.api.types.is_numeric_dtype(column) and column.notna().any():
        raise ValueError(wanted)  # pandas would take a number for nanoseconds
    try:
        told = pd.to_datetime(column, format="ISO8601")
    except (ValueError, TypeError):
        # without the cause, which quotes the value
        raise ValueError(wanted) from None
    if getattr(told.dtype, "tz", None) is not None:
        raise ValueError(wanted)
    if (told.dropna() != told.dropna().dt.normalize()).any():
        raise ValueError(f"{column.name} must hold days, got times of a day")
    return told.astype("datetime64[s]")


def numbers(column: pd.Series) -> pd.Series:
    """The column as ``float64``, `Decimal` included; missing is NaN.

    Raises
    ------
    ValueError
        If it is not numeric.
    """
    try:
        told = column.to_numpy(dtype="float64", na_value=np.nan)
    except (ValueError, TypeError):
        raise ValueError(f"{column.name} must be numeric, got {column.dtype}") from None
    return pd.Series(told, index=column.index)


def require(frame: pd.DataFrame, what: str, columns: Iterable[str]) -> None:
    """Refuse a frame without these columns.

    Raises
    ------
    ValueError
        Names `what` the frame is and every column that it lacks.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{what} lack the columns {', '.join(missing)}")


def refuse(what: str, faults: Iterable[tuple[pd.Series, str]]) -> None:
    """Refuse the rows at fault.

    Parameters
    ----------
    what : str
        What the rows are, in the plural.
    faults : iterable of (Series of bool, str)
        Rows at fault, and how to go on after "3 rows".

    Raises
    ------
    ValueError
        Lists every fault with its number of rows.
    """
    told = [f"{rows.sum()} rows {fault}" for rows, fault in faults if rows.any()]
    if told:
        raise ValueError(f"{what} that cannot be:\n  " + "\n  ".join(told))

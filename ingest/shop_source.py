"""How a company's YAML describes its operational database."""

import codecs
import os
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from ingest import airflow_connection
from ingest.contract import SHOP_ENTITIES


def check_zone(setting: str, name: str) -> None:
    """Refuse what is no time zone.

    Raises
    ------
    ValueError
        If there is no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            f"{setting} {name!r} is not an IANA name such as Asia/Seoul"
        ) from None


def url_in(variable: str) -> SecretStr:
    """The URL that a variable of the environment holds.

    Raises
    ------
    LookupError
        If the variable is not set, or is no connection of Airflow's though its name
        begins with ``AIRFLOW_CONN_``.
    """
    value = os.environ.get(variable)
    if not value:
        raise LookupError(
            f"{variable} is not set; it holds the URL of the shop database, "
            "such as postgresql://user:password@host:port/database"
        )
    if variable.startswith(airflow_connection.PREFIX):
        try:
            value = airflow_connection.as_url(value)
        except ValueError as error:
            raise LookupError(f"{variable}: {error}") from None
    return SecretStr(value)


class EntityQuery(BaseModel):
    """One entity: which rows, and how their changes are found.

    ``incremental`` and ``append`` ask for the rows whose `stamp` lies in the window
    of a business date; ``full`` reads everything and infers what was deleted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str
    mode: Literal["incremental", "append", "full"]
    stamp: str | None = None
    overlap_days: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _stamp_fits_mode(self) -> Self:
        if (self.mode == "full") == (self.stamp is not None):
            raise ValueError(
                f"mode {self.mode!r} "
                + ("has no stamp" if self.mode == "full" else "needs a stamp column")
            )
        return self


class FileTable(BaseModel):
    """Files that together are one table of the queries.

    Attributes
    ----------
    path : str
        A glob, absolute or relative to the company's home, or a URL that fsspec knows.
        Names ending in ``.parquet`` are Parquet, all others are delimited text.
    encoding : str
        Of text: a name that Python knows, such as ``cp949``.
    delimiter, quote, decimal : str
        How text is written.
    thousands : str, optional
        What stands between thousands in numbers.
    timestamp_format, date_format : str, optional
        How times and days are written, in strftime's letters; else as in ISO 8601.
    header : list of str, optional
        Names of the columns where the files do not begin with them.
    types : dict of str to str
        Types of columns in the words of DuckDB; every other column is text. A line
        with a value that has no such type is refused.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    decimal: Annotated[str, Field(min_length=1, max_length=1)] = "."
    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    timestamp_format: str | None = None
    date_format: str | None = None
    header: list[str] | None = None
    types: dict[str, str] = {}

    @model_validator(mode="after")
    def _encoding_is_known(self) -> Self:
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise ValueError(f"unknown encoding {self.encoding!r}") from None
        return self

    @property
    def is_parquet(self) -> bool:
        """Whether the files are Parquet, which says of itself what it holds."""
        return self.path.endswith((".parquet", ".parq"))


class ShopSource(BaseModel):
    """Where the company's tables are, and a query for each entity that it has.

    Attributes
    ----------
    url_env : str, optional
        Variable that holds the URL of a database, or with a name such as
        ``AIRFLOW_CONN_SHOP`` a connection as Airflow has it; or else:
    files : dict of str to FileTable, optional
        Tables made of files; queries about them are DuckDB's SQL.
    source_time_zone : str, optional
        Zone of times that have none, in files and in databases other than PostgreSQL,
        where the query says it: ``updated_at at time zone 'Asia/Seoul'``.
    statement_timeout_seconds : int
        How long the database may work on one query; reading its rows counts.
    max_rows_per_second : int, optional
        How fast a database is read at most.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url_env: str | None = None
    files: dict[str, FileTable] | None = None
    source_time_zone: str | None = None
    statement_timeout_seconds: Annotated[int, Field(gt=0)] = 1800
    max_rows_per_second: Annotated[int, Field(gt=0)] | None = None
    entities: dict[str, EntityQuery]

    @model_validator(mode="after")
    def _lies_in_one_place(self) -> Self:
        if (self.url_env is None) == (self.files is None):
            raise ValueError("wanted either url_env, for a database, or files")
        if self.source_time_zone is not None:
            check_zone("source_time_zone", self.source_time_zone)
        return self

    @property
    def zone(self) -> ZoneInfo | None:
        """Zone of times that have none."""
        return ZoneInfo(self.source_time_zone) if self.source_time_zone else None

    @model_validator(mode="after")
    def _entities_are_known_and_complete(self) -> Self:
        unknown = sorted(set(self.entities) - set(SHOP_ENTITIES))
        if unknown:
            raise ValueError(
                f"unknown entities {unknown}; the contract has {sorted(SHOP_ENTITIES)}"
            )
        missing = sorted(
            name
            for name, entity in SHOP_ENTITIES.items()
            if entity.required and name not in self.entities
        )
        if missing:
            raise ValueError(f"required entities without a query: {missing}")
        return self

    def url(self) -> SecretStr:
        """Where the database is, from the environment.

        Raises
        ------
        LookupError
            If the variable is not set, or holds none.
        """
        assert self.url_env is not None, "files have no URL"
        return url_in(self.url_env)

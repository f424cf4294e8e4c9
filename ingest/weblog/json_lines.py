"""Access logs of one JSON object a line, as proxies, CDNs and collectors write them."""

import re
from dataclasses import dataclass
from typing import Annotated, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ingest.weblog.formats import PARTS_OF_A_TARGET, VARIABLES, what_is_missing

KNOWN = frozenset(re.findall(r"\w+", " ".join([*VARIABLES, "$request"])))
Key = Annotated[str, StringConstraints(pattern=r"^[\w@/\-]+(\.[\w@/\-]+)*$")]
_STATUS, _BYTES = r"^([0-9]{3}|-)$", r"^[0-9]{1,18}$"


@dataclass(frozen=True)
class _Tree:
    """A type for nested keys, so that an object is read once for all of them."""

    branches: dict[str, "_Tree"]

    def grow(self, keys: list[str]) -> None:
        if keys:
            self.branches.setdefault(keys[0], _Tree({})).grow(keys[1:])

    @property
    def dtype(self) -> pl.DataType:
        if not self.branches:
            return pl.String()
        return pl.Struct({name: each.dtype for name, each in self.branches.items()})


class JsonFormat(BaseModel):
    """Which key of the object says what.

    Parameters
    ----------
    json : dict of str to str
        Key by nginx's name for what it says, such as ``request_uri: url``; dots lead
        into nested objects.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: Annotated[dict[str, Key], Field(alias="json")]

    @property
    def fields(self) -> frozenset[str]:
        """Names that the lines will have."""
        parts = PARTS_OF_A_TARGET if "request_uri" in self.keys else ()
        renamed = {"request_method": "method", "uri": "path", "args": "query"}
        return frozenset({renamed.get(name, name) for name in self.keys}.union(parts))

    @property
    def percent_encoded(self) -> bool:
        """JSON has escapes of its own."""
        return False

    @property
    def ends_closed(self) -> bool:
        """Whether a cut line cannot look like a whole one: it ends in a brace."""
        return True

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        unknown = sorted(self.keys.keys() - KNOWN)
        if unknown:
            raise ValueError(
                f"unknown in a JSON format: {', '.join(unknown)}; "
                f"known: {', '.join(sorted(KNOWN))}"
            )
        missing = what_is_missing(self.fields)
        if missing:
            raise ValueError(f"the JSON format lacks {', '.join(missing)}")
        return self

    def split(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Fields of the lines that are such objects.

        Parameters
        ----------
        lines : DataFrame
            `index` and `line`.

        Returns
        -------
        DataFrame
            `index` and the format's fields as text, null where the object lacks them.
        """
        objects = lines.filter(pl.col("line").str.contains(r"^\s*\{"))
        told = self._decoded(objects["line"])
        told = told.with_columns(pl.all().str.replace_all("\0", "", literal=True))
        split = pl.concat([objects.select("index"), told], how="horizontal")
        if "request_uri" in self.keys:
            path, query = (pl.col("request_uri").str.extract(p) for p in _TARGET)
            split = split.with_columns(path=path, query=query).drop("request_uri")
        if "body_bytes_sent" in self.keys:
            count = pl.col("body_bytes_sent")
            count = pl.when(count.str.contains(_BYTES)).then(count)
            split = split.with_columns(body_bytes_sent=count)
        return split.rename(
            {"request_method": "method", "uri": "path", "args": "query"}, strict=False
        ).filter(pl.col("status").str.contains(_STATUS))

    def _decoded(self, lines: pl.Series) -> pl.DataFrame:
        tree = _Tree({})
        for key in self.keys.values():
            tree.grow(key.split("."))
        try:
            objects = lines.str.json_decode(tree.dtype).to_frame("object")
        except pl.exceptions.ComputeError:  # one bad line: each key by itself
            return pl.DataFrame(
                {
                    name: lines.str.json_path_match(_json_path(key))
                    for name, key in self.keys.items()
                }
            )
        return objects.select(
            _nested(pl.col("object"), key.split(".")).alias(name)
            for name, key in self.keys.items()
        )


_TARGET = (r"^([^?]*)", r"\?(.*)$")


def _nested(value: pl.Expr, keys: list[str]) -> pl.Expr:
    for key in keys:
        value = value.struct.field(key)
    return value


def _json_path(key: str) -> str:
    return "$" + "".join(f"['{part}']" for part in key.split("."))

"""How a company's YAML describes its operational database."""

import os
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from ingest.contract import SHOP_ENTITIES


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


class ShopSource(BaseModel):
    """The operational database and a query for each entity it has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url_env: str
    statement_timeout_seconds: Annotated[int, Field(gt=0)] = 1800
    entities: dict[str, EntityQuery]

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
            If the variable is not set.
        """
        value = os.environ.get(self.url_env)
        if not value:
            raise LookupError(
                f"{self.url_env} is not set; it holds the URL of the shop database, "
                "postgresql://user:password@host:port/database"
            )
        return SecretStr(value)

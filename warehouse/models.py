"""Trained models: what was kept of each anchor date, and whether it still holds."""

import hashlib
from dataclasses import dataclass, fields
from datetime import date

import pandas as pd
from psycopg import sql

from warehouse import copying
from warehouse.connection import Connection

RUNS, EVALUATIONS = "mined.model_runs", "mined.model_evaluations"


class ModelDamaged(RuntimeError):
    """A kept model is not what was kept; it must be trained again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRun:
    """A model as it is kept.

    Attributes
    ----------
    model_code : str
        Which model it is.
    anchor_date : date
        Day before which everything happened that it was trained on.
    model_version : str
        Names code, configuration and training span.
    code_hash, configuration_hash : str
        SHA-256 of what it was made by.
    training_first_date, training_last_date : date
        Days whose rows it was trained on.
    training_count : int
        Customers, baskets or whatever it was trained on.
    star_build_id : int
        Newest build of the star whose rows it saw.
    previous_hash : str or None
        Hash of the model of the anchor before that it was trained with.
    is_published : bool
        Whether its scores are worth being published.
    reason : str or None
        Why not.
    content : bytes
        The model.
    """

    model_code: str
    anchor_date: date
    model_version: str
    code_hash: str
    configuration_hash: str
    training_first_date: date
    training_last_date: date
    training_count: int
    star_build_id: int
    previous_hash: str | None
    is_published: bool
    reason: str | None
    content: bytes

    @property
    def content_hash(self) -> str:
        """SHA-256 of the model."""
        return hashlib.sha256(self.content).hexdigest()


_COLUMNS = tuple(field.name for field in fields(ModelRun))


def anchors(connection: Connection, model_code: str) -> set[date]:
    """Anchor dates of which there is a model."""
    rows = connection.execute(
        sql.SQL("select anchor_date from {} where model_code = %s").format(
            copying.identifier(RUNS)
        ),
        [model_code],
    )
    return {anchor for (anchor,) in rows}


def find(connection: Connection, model_code: str, anchor: date) -> ModelRun | None:
    """The model of an anchor date, or None.

    Raises
    ------
    ModelDamaged
        If its bytes are not those that were kept.
    """
    found = connection.execute(
        sql.SQL(
            "select {}, content_hash from {} where model_code = %s and anchor_date = %s"
        ).format(
            sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)), copying.identifier(RUNS)
        ),
        [model_code, anchor],
    ).fetchone()
    if found is None:
        return None
    *values, content_hash = found
    run = ModelRun(**dict(zip(_COLUMNS, values, strict=True)))
    if run.content_hash != content_hash:
        raise ModelDamaged(
            f"{RUNS}: the model {model_code} of {anchor} does not have the hash that "
            "was kept with it; delete its row, and the next night trains it again"
        )
    return run


def keep(connection: Connection, run: ModelRun, evaluations: pd.DataFrame) -> None:
    """Keep a model and what it is worth, in place of the anchor's former one.

    Parameters
    ----------
    connection : Connection
        As `miner`; the caller commits.
    run : ModelRun
        The model.
    evaluations : DataFrame
        Columns of `mined.model_evaluations` but those that `run` knows.
    """
    of_anchor = [run.model_code, run.anchor_date]
    for table in (RUNS, EVALUATIONS):
        connection.execute(
            sql.SQL("delete from {} where model_code = %s and anchor_date = %s").format(
                copying.identifier(table)
            ),
            of_anchor,
        )
    values = [getattr(run, name) for name in _COLUMNS]
    connection.execute(
        sql.SQL("insert into {} ({}, content_hash) values ({}, %s)").format(
            copying.identifier(RUNS),
            sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)),
            sql.SQL(", ").join([sql.Placeholder()] * len(_COLUMNS)),
        ),
        [*values, run.content_hash],
    )
    copying.append(
        connection,
        EVALUATIONS,
        evaluations.assign(
            model_code=run.model_code,
            anchor_date=run.anchor_date,
            model_version=run.model_version,
        ),
    )


def newest_build(connection: Connection) -> int:
    """Number of the newest star that readers see; 0 before the first."""
    (build,) = connection.execute(
        "select coalesce(max(build_id), 0) from ledger.builds"
        " where stage = 'star' and status = 'published'"
    ).fetchone() or (0,)
    return int(build)


def is_outdated(connection: Connection, run: ModelRun) -> bool:
    """Whether rows dated before the model's anchor came since it was trained."""
    (outdated,) = connection.execute(
        "select exists (select from ledger.builds where stage = 'star'"
        " and status = 'published' and build_id > %s and first_affected_date < %s)",
        [run.star_build_id, run.anchor_date],
    ).fetchone() or (False,)
    return bool(outdated)


def not_worth_publishing(connection: Connection, day: date) -> dict[str, str]:
    """Models of the anchor of `day` that are held back, with the reason."""
    return dict(
        connection.execute(
            "select model_code, reason from (select distinct on (model_code) * from"
            " mined.model_runs where anchor_date <= %s"
            " order by model_code, anchor_date desc) as newest where not is_published",
            [day],
        ).fetchall()
    )

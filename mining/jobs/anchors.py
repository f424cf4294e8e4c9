"""Models are trained at anchor dates, the first of each month; nights only score.

So names and scores do not move because a model was fitted again, and anything can be
rebuilt by training its anchor. Training one first trains every missing one before it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module
from inspect import getsource
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

import pandas as pd
from skops import io as skops

from mining.jobs.reading import Settings, settings, snapshot
from warehouse import Warehouse, models
from warehouse.connection import Connection
from warehouse.models import ModelRun

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Training(Generic[Model]):
    """What training at an anchor brought.

    Attributes
    ----------
    model : Model
        What scores.
    count : int
        Customers, baskets or whatever it was trained on.
    first_date : date
        First day whose rows it was trained on; the last is the eve of the anchor.
    evaluations : DataFrame
        As `mined.model_evaluations` has them, a row a measure.
    reason : str or None
        Why its scores are not worth being published; None: they are.
    """

    model: Model
    count: int
    first_date: date
    evaluations: pd.DataFrame
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Recipe(Generic[Model]):
    """How a model is made.

    Attributes
    ----------
    code : str
        Which model.
    modules : sequence of str
        Modules whose code makes it what it is.
    configuration : callable
        Dataclass of all that is set, given the company's settings.
    train : callable
        Of a connection, the anchor date, the configuration and the model of the anchor
        before, if there is any.
    types : sequence of type
        What the model is made of, beside what skops trusts by itself.
    """

    code: str
    modules: Sequence[str]
    configuration: Callable[[Settings], Any]
    train: Callable[[Connection, date, Any, Model | None], Training[Model]]
    types: Sequence[type]


def model_of(
    warehouse: Warehouse, recipe: Recipe[Model], as_of: date, *, again: bool
) -> tuple[Model, ModelRun]:
    """The model that scores the night of `as_of`, trained now if it is not there.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `miner`.
    recipe : Recipe
        How the model is made.
    as_of : date
        Business date.
    again : bool
        Whether all is to be as if it had been known from the start: a model is trained
        anew if rows dated before its anchor came since, if the model before it was
        trained anew, or if other code or settings made it. Else a night goes by the
        models that there are, but for its own anchor's, if others made that.

    Raises
    ------
    warehouse.models.ModelDamaged
        If a kept model is not what was kept.
    """
    with warehouse.connect("miner") as connection:
        connection.execute(
            "select pg_advisory_xact_lock(hashtext(%s))", [f"model {recipe.code}"]
        )
        with snapshot(warehouse) as reading:
            company = settings(reading)
        configuration = recipe.configuration(company)
        made_by = _made_by(recipe, configuration)
        anchors = list(_anchors(min(company.first_anchor_date, as_of), as_of))
        begin = 0 if again else _begin(models.anchors(connection, recipe.code), anchors)
        newest: ModelRun | None = None
        if begin:
            newest = models.find(connection, recipe.code, anchors[begin - 1])
        for anchor in anchors[begin:]:
            run = models.find(connection, recipe.code, anchor)
            is_wanted = again or anchor == anchors[-1]
            if (
                run is None
                or (is_wanted and (run.code_hash, run.configuration_hash) != made_by)
                or (again and run.previous_hash != _hash_of(newest))
                or (again and models.is_outdated(connection, run))
            ):
                run, measures = _train(warehouse, recipe, configuration, anchor, newest)
                models.keep(connection, run, measures)
            newest = run
    if newest is None:
        raise LookupError(f"there is no anchor date up to {as_of}")
    return _loaded(recipe, newest), newest


def anchor_before(anchor: date) -> date:
    """The anchor date before one: the first of the month before."""
    month = anchor.year * 12 + anchor.month - 2
    return date(month // 12, month % 12 + 1, 1)


def _anchors(first: date, as_of: date) -> Iterator[date]:
    """First days of the months from that of `first` to that of `as_of`."""
    months = range(first.year * 12 + first.month - 1, as_of.year * 12 + as_of.month)
    yield from (date(month // 12, month % 12 + 1, 1) for month in months)


def _begin(kept: Collection[date], anchors: Sequence[date]) -> int:
    """Place of the first anchor without a model; else of the last one."""
    missing = (place for place, each in enumerate(anchors) if each not in kept)
    return next(missing, len(anchors) - 1)


def _train(
    warehouse: Warehouse,
    recipe: Recipe[Model],
    configuration: Any,
    anchor: date,
    newest: ModelRun | None,
) -> tuple[ModelRun, pd.DataFrame]:
    code_hash, configuration_hash = _made_by(recipe, configuration)
    previous = _former(recipe, newest, code_hash)
    with snapshot(warehouse) as reading:
        build = models.newest_build(reading)
        training = recipe.train(reading, anchor, configuration, previous)
    last = date.fromordinal(anchor.toordinal() - 1)
    version = _hash(code_hash, configuration_hash, str(training.first_date), str(last))
    run = ModelRun(
        model_code=recipe.code,
        anchor_date=anchor,
        model_version=f"{recipe.code}-{anchor}-{version[:12]}",
        code_hash=code_hash,
        configuration_hash=configuration_hash,
        training_first_date=training.first_date,
        training_last_date=last,
        training_count=training.count,
        star_build_id=build,
        previous_hash=_hash_of(newest),
        is_published=training.reason is None,
        reason=training.reason,
        content=skops.dumps(training.model),
    )
    return run, training.evaluations


def _loaded(recipe: Recipe[Model], run: ModelRun) -> Model:
    """The kept model, if it is made of nothing but what it may be made of."""
    trusted = [f"{each.__module__}.{each.__qualname__}" for each in recipe.types]
    model: Model = skops.loads(run.content, trusted=trusted)
    return model


def _hash_of(run: ModelRun | None) -> str | None:
    return None if run is None else run.content_hash


def _former(
    recipe: Recipe[Model], run: ModelRun | None, code_hash: str
) -> Model | None:
    """The model of the anchor before; None where older code kept it in another form."""
    if run is None:
        return None
    try:
        return _loaded(recipe, run)
    except (AttributeError, ImportError, TypeError, ValueError):
        if run.code_hash == code_hash:
            raise
        return None


def _made_by(recipe: Recipe[Model], configuration: Any) -> tuple[str, str]:
    """Hashes of the code and of the configuration."""
    return (
        code_hash(recipe.modules),
        _hash(json.dumps(asdict(configuration), sort_keys=True)),
    )


def code_hash(modules: Sequence[str]) -> str:
    """Hash of the code of some modules; of a package, all modules and queries in it."""
    return _hash(*(part for name in modules for part in _code_of(import_module(name))))


def _code_of(module: ModuleType) -> Iterator[str]:
    if not hasattr(module, "__path__"):
        yield getsource(module)
        return
    for folder in module.__path__:
        for file in sorted(Path(folder).iterdir()):
            if file.suffix in (".py", ".sql"):
                yield file.read_text("utf-8")


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()

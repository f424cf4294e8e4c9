"""What a query gives, held against the source contract before anything is read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ingest.shop_source import EntityQuery
from warehouse.entity import Entity

DELETE_FLAG = "is_deleted"


class SourceMismatch(ValueError):
    """A query does not fit the source contract; nothing was loaded."""


class SourceUnavailable(ConnectionError):
    """The company's tables could not be reached, or broke off."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What becomes of the columns of a query.

    Attributes
    ----------
    columns : tuple of str
        Contract columns that the query has.
    extra : tuple of str
        Other columns, which travel in ``_extra``.
    has_delete_flag : bool
        Whether the query says itself which rows were deleted.
    """

    columns: tuple[str, ...]
    extra: tuple[str, ...]
    has_delete_flag: bool


def fit(
    entity: Entity,
    spec: EntityQuery,
    found: Mapping[str, str],
    accepted: Mapping[str, Collection[str]],
) -> Fit:
    """Hold the columns of a query against the contract.

    Parameters
    ----------
    entity : Entity
        What the query is to give.
    spec : EntityQuery
        The query, with its stamp.
    found : mapping of str to str
        Type of each column of the query, in the source's words.
    accepted : mapping of str to collection of str
        Types of the source that may stand for each type of the contract.

    Raises
    ------
    SourceMismatch
        Names the entity, every column, the type found and the types wanted.
    """
    problems = []

    def see(name: str, wanted: str, *, needed: bool, role: str = "") -> None:
        if name not in found:
            if needed:
                problems.append(f"{role}{name}: missing, wanted {wanted}")
        elif found[name] not in accepted[wanted]:
            choice = " or ".join(sorted(accepted[wanted]))
            problems.append(f"{role}{name}: {found[name]} found, wanted {choice}")

    if spec.stamp is not None:
        see(spec.stamp, "timestamptz", needed=True, role="stamp ")
    for column in entity.columns:
        see(column.name, column.type, needed=column.required)
    see(DELETE_FLAG, "boolean", needed=False)
    if problems:
        raise SourceMismatch(
            f"{entity.name}: the query does not fit the source contract; nothing was "
            "loaded. Change the query in company.yml:\n  " + "\n  ".join(problems)
        )
    columns = tuple(c.name for c in entity.columns if c.name in found)
    extra = set(found) - set(columns) - {spec.stamp, DELETE_FLAG}
    return Fit(columns, tuple(sorted(extra)), DELETE_FLAG in found)

"""What a night left, and whether it is the old state, the new one or a mixture."""

from dataclasses import dataclass
from datetime import date

from danggol.mining_jobs import AFTER_MINING
from tests.pipeline.made_company import MadeCompany, Marts, differences

MINED = AFTER_MINING
# Columns that say when and by which batch a row came, and not what it tells.
_WHEN = "{_batch_id,_loaded_at,batch_id,quarantine_id,quarantined_at,star_build_id}"
# What each model writes by itself.
_BY_MODEL = ("mined.model_runs", "mined.model_evaluations")
# Rows of a batch that the ledger does not count, or counts without having them; a
# full reading that came before another keeps the later state by rows it did not read.
_MISCOUNTED = """
select batches.entity, batches.batch_id, batches.mode
from ledger.batches
left join (
    {stored}
) as stored using (entity, batch_id)
where coalesce(stored.row_count, 0) <> loaded_count + deleted_count
    and mode <> 'full'
union all
select stored.entity, stored.batch_id, 'not in the ledger'
from (
    {stored}
) as stored
left join ledger.batches using (entity, batch_id)
where batches.batch_id is null
"""


@dataclass(frozen=True)
class Look:
    """Every row of `marts`, `mined`, `raw` and `vault`, as text; the nights shown."""

    marts: Marts
    below: Marts
    shown: tuple[date, date]

    @classmethod
    def at(cls, company: MadeCompany) -> "Look":
        """Look at a company as it is now."""
        tables = company.ask(
            "select schemaname, tablename from pg_tables"
            " where schemaname in ('raw', 'vault', 'mined') order by 1, 2"
        )
        below: Marts = {}
        for schema, table in tables:
            name = f"{schema}.{table}"
            part = "model_code" if name in _BY_MODEL else "''"
            rows = company.ask(
                f"select {part}, (to_jsonb(t) - '{_WHEN}'::text[])::text"
                f" from {name} as t order by 1, 2"
            )
            below[name] = []
            for of, row in rows:
                below.setdefault(f"{name} {of}".strip(), []).append(row)
        return cls(
            company.marts(),
            below,
            company.ask(
                "select star_as_of_date, mined_as_of_date from marts.nights_shown"
            )[0],
        )

    def losses(self, wanted: "Look") -> list[str]:
        """Rows too many or missing, by table; none if the two are equal."""
        return [
            f"{table}: {len(extra)} rows too many, {len(missing)} missing"
            for table, (extra, missing) in {
                **differences(self.marts, wanted.marts),
                **differences(self.below, wanted.below),
            }.items()
        ]


@dataclass(frozen=True)
class Side:
    """Which of two states is there, and what is neither."""

    star: str
    mined: str
    torn: tuple[str, ...]

    def __str__(self) -> str:
        return f"star {self.star}, mined {self.mined}"


def side_of(found: Look, old: Look, new: Look) -> Side:
    """Hold what a fault left against the states before and after the night."""
    core = [name for name in new.marts if name not in MINED]
    star, torn = _side("star", found.marts, old.marts, new.marts, core)
    mined, torn_mined = _side("mined", found.marts, old.marts, new.marts, MINED)
    for which, part in enumerate((star, mined)):
        told = {"old": old, "new": new}.get(part)
        if told is not None and found.shown[which] != told.shown[which]:
            torn.append(f"marts are {part}, and said to show {found.shown[which]}")
    if (star, mined) == ("old", "new"):
        torn_mined.append("segments of a night whose star is not published")
    # each entity is a batch of its own; a mined table is replaced by itself
    for table in new.below:
        if found.below.get(table) not in (old.below.get(table), new.below[table]):
            torn.append(f"{table} is neither as before nor as after the night")
    return Side(star, mined, (*torn, *torn_mined))


def _side(
    what: str,
    found: Marts,
    old: Marts,
    new: Marts,
    names: "list[str] | tuple[str, ...]",
) -> tuple[str, list[str]]:
    torn = []
    sides = set()
    for name in names:
        rows = found.get(name)
        if rows == new[name] and rows == old.get(name):
            continue  # the night does not change it
        if rows == new[name]:
            sides.add("new")
        elif rows == old.get(name):
            sides.add("old")
        else:
            torn.append(f"{name} is neither as before nor as after the night")
    if len(sides) > 1:
        torn.append(f"{what}: some marts are old, some are new")
    return (sides.pop() if len(sides) == 1 else "same"), torn


def miscounted(company: MadeCompany) -> list[str]:
    """Batches whose rows in raw are not those that the ledger counts."""
    stored = " union all ".join(
        f"select '{entity}' as entity, _batch_id as batch_id, count(*) as row_count"
        f" from raw.{entity} group by _batch_id"
        for (entity,) in company.ask(
            "select tablename from pg_tables where schemaname = 'raw'"
        )
    )
    return [
        f"batch {number} of {entity} ({mode}): raw and ledger disagree"
        for entity, number, mode in company.ask(_MISCOUNTED.format(stored=stored))
    ]

"""What a warehouse was founded for; settings that differ stop every stage."""

from dataclasses import astuple, dataclass

from warehouse.connection import Connection


class DifferentCompany(RuntimeError):
    """The warehouse was founded for another company, time zone or set of keys."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What every row of a warehouse depends on.

    Parameters
    ----------
    company_code : str
        Whose warehouse it is.
    time_zone : str
        In which a business date is a calendar day.
    hash_keys : str
        Fingerprint of the keys by which identifiers are hashed.
    """

    company_code: str
    time_zone: str
    hash_keys: str


def found(connection: Connection, founding: Founding) -> None:
    """Keep what the warehouse is for, the first time; then see that it is still so.

    Raises
    ------
    DifferentCompany
        As `refuse_another` does.
    """
    connection.execute(
        "insert into ledger.settings (company_code, time_zone, hash_keys)"
        " values (%s, %s, %s) on conflict (only_row) do update"
        # a warehouse of an older release does not know its keys yet
        " set hash_keys = coalesce(settings.hash_keys, excluded.hash_keys)",
        astuple(founding),
    )
    refuse_another(connection, founding)


def refuse_another(connection: Connection, founding: Founding) -> None:
    """See that the warehouse was founded for what the settings say now.

    Raises
    ------
    DifferentCompany
        Says what to set back. Every date in the warehouse depends on the time zone:
        another one needs a rebuild.
    """
    row = connection.execute(
        "select company_code, time_zone, hash_keys from ledger.settings"
    ).fetchone()
    if row is None:
        raise DifferentCompany("no company has this warehouse yet: `danggol migrate`")
    before = Founding(*row)
    if before.hash_keys != founding.hash_keys:
        raise DifferentCompany(
            "hash_keys.json in the company's home is not the one that this warehouse "
            "was hashed with: customers and visitors would no longer be recognised. "
            "Bring back the old file"
        )
    if before != founding:
        raise DifferentCompany(
            f"the warehouse was founded for company {before.company_code} in "
            f"{before.time_zone}, the settings now say {founding.company_code} in "
            f"{founding.time_zone}. Set them back; or rebuild, since every date in it "
            "follows from the time zone: in another DANGGOL_HOME, or another database "
            "behind WAREHOUSE_URL, `danggol night DATE --history`"
        )

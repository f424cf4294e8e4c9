"""The vault: identifiers that no other schema holds, and who is not to be in it."""

from dataclasses import dataclass

from psycopg import sql

from warehouse.connection import Warehouse
from warehouse.keyed_hash import KeyedHash
from warehouse.locks import night_lock


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed of a customer.

    Attributes
    ----------
    memberships : tuple of str
        Every number that the customer goes by.
    identifiers, refused_rows : int
        Rows removed from the vault and from the quarantine.
    """

    memberships: tuple[str, ...]
    identifiers: int
    refused_rows: int


def forget(warehouse: Warehouse, customer: str, keyed: KeyedHash) -> Forgotten:
    """Remove the identifiers of a customer for good.

    A keyed hash of each number stays, so that a reload does not store them again.
    Waits for a stage at work: a load that has looked before would store them after.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `steward`; as `auditor` to learn which memberships were joined.
    customer : str
        One of the customer's numbers.
    keyed : KeyedHash
        With the company's key for identifiers.

    Raises
    ------
    LookupError
        If neither the vault nor the star knows the number.
    """
    joined = _memberships(warehouse, customer)
    memberships = joined or (customer,)
    with (
        night_lock(warehouse, "steward"),
        warehouse.connect("steward") as connection,
    ):
        removed = connection.execute(
            "delete from vault.customer_identifiers where customer_id = any(%s)",
            [list(memberships)],
        ).rowcount
        if not (joined or removed):
            raise LookupError(f"no customer has the number {customer!r}")
        refused = connection.execute(
            _REFUSED_ROWS_OF, {"numbers": list(memberships)}
        ).rowcount
        connection.execute(
            sql.SQL(
                "insert into vault.forgotten_customers (customer_hash)"
                " select {} from unnest(%(numbers)s::text[]) as customers (customer_id)"
                " on conflict do nothing"
            ).format(keyed.expression(sql.SQL("customers.customer_id"))),
            {"numbers": list(memberships), **keyed.parameters()},
        )
    return Forgotten(memberships, removed, refused)


# A row as its source told it has the number under a name of its own, a line has it
# somewhere. Lines of web logs name no customer for sure; they expire.
_REFUSED_ROWS_OF = """
delete from vault.quarantine
where octet_length(payload) > 0 and case form
    when 'row' then
        convert_from(payload, 'UTF8')::jsonb ->> 'customer_id' = any(%(numbers)s)
    when 'told' then exists (
        select from jsonb_each_text(convert_from(payload, 'UTF8')::jsonb)
        where value = any(%(numbers)s)
    )
    else entity <> 'web_requests' and exists (
        select from regexp_split_to_table(
            convert_from(payload, 'UTF8'), '[^[:alnum:]_-]+'
        ) as word
        where word = any(%(numbers)s)
    )
end"""


def _memberships(warehouse: Warehouse, customer: str) -> tuple[str, ...]:
    """Every number that the star knows the customer by; none before the first night."""
    with warehouse.connect("auditor") as connection:
        star = connection.execute("select to_regclass('marts.dim_customers')")
        if star.fetchone() == (None,):
            return ()
        rows = connection.execute(
            "select distinct customer_id from marts.dim_customers"
            " where current_customer_id = (select current_customer_id"
            " from marts.dim_customers where customer_id = %s limit 1)"
            " order by customer_id",
            [customer],
        )
        return tuple(each for (each,) in rows)


def forgotten(warehouse: Warehouse, keyed: KeyedHash) -> list[str]:
    """Numbers of customers who were forgotten, of those that the star knows.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `steward` for the hashes, as `auditor` for the numbers.
    keyed : KeyedHash
        With the company's key for identifiers.
    """
    with warehouse.connect("steward") as connection:
        hashes = [
            each
            for (each,) in connection.execute(
                "select customer_hash from vault.forgotten_customers"
            )
        ]
    if not hashes:
        return []
    with warehouse.connect("auditor") as connection:
        rows = connection.execute(
            sql.SQL(
                "select distinct customer_id from marts.dim_customers"
                " where {} = any(%(hashes)s)"
            ).format(keyed.expression(sql.Identifier("customer_id"))),
            {"hashes": hashes, **keyed.parameters()},
        )
        return sorted(number for (number,) in rows)

"""Who may do what, table by table, column by column where a person is concerned.

Letters are PostgreSQL's: r select, a insert, w update, d delete; `arwd+` is the owner.
A role that is not named may nothing.
"""

from collections import defaultdict

from tests.pipeline.made_company import MadeCompany

OWN = "arwd+"
# tables of a schema that have a rule of their own, and what holds of all others
TABLES: dict[str, dict[str, dict[str, str]]] = {
    "raw": {"": {"loader": "ar", "transformer": "r", "auditor": "r"}},
    "vault": {
        "customer_identifiers": {"loader": "arw", "steward": "arwd"},
        "quarantine": {"loader": "ar", "steward": "arwd"},
        "forgotten_customers": {"loader": "r", "steward": "ard"},
    },
    "ledger": {
        "batches": {
            "loader": "arw", "auditor": "rw", "publisher": "rw", "transformer": "r",
        },
        "log_files": {"loader": "arw", "auditor": "r"},
        "builds": {
            "publisher": "arw",
            "auditor": "r",
            "transformer": "r",
            "miner": "r",
        },
        "build_batches": {"publisher": "arw", "auditor": "r", "transformer": "r"},
        "gates": {"auditor": "ar"},
        "stage_runs": {"auditor": "ar", "loader": "a", "publisher": "a", "miner": "a"},
        "settings": {
            "loader": "arw", "auditor": "r", "publisher": "r", "miner": "r",
        },
        "migrations": {"auditor": "r"},
        # an export is finished by columns: row_count, sha256, finished_at
        "exports": {"auditor": "ar"},
        "exported_customers": {"auditor": "ard"},
        "holidays": {"publisher": "ard", "auditor": "r", "transformer": "r"},
        "raw_floors": {"publisher": "arw", "loader": "r", "auditor": "r"},
        "schema_sizes": {"publisher": "arw", "auditor": "r"},
        "build_marts": {"publisher": "ar", "auditor": "r"},
        # views for the models
        "mart_nights": {"transformer": "r"},
        "nights": {"transformer": "r"},
        "pinned_batches": {"transformer": "r"},
        "held_batches": {"transformer": "r"},
        "raw_floor": {"transformer": "r"},
    },
    "staging": {"": {"transformer": OWN, "auditor": "r"}},
    "intermediate": {"": {"transformer": OWN, "auditor": "r"}},
    "marts_next": {"": {"transformer": OWN, "auditor": "r", "publisher": "r"}},
    "mined": {"": {"miner": "arwd", "transformer": "r", "auditor": "r"}},
    "marts": {
        "": {"auditor": "r", "miner": "r", "bi_reader": "r", "marketing_reader": "r"},
        "publications": {
            "publisher": "ar", "auditor": "r", "miner": "r",
            "bi_reader": "r", "marketing_reader": "r",
        },
        "nights_shown": {
            "publisher": "r", "auditor": "r", "miner": "r",
            "bi_reader": "r", "marketing_reader": "r",
        },
        # of class quasi in part: by column, below
        "dim_customers": {"auditor": "r", "miner": "r", "marketing_reader": "r"},
        # what the miners sum from
        "customer_days": {"auditor": "r", "miner": "r"},
    },
}  # fmt: skip
# columns of tables that some role may read in part: who, and which
COLUMNS: dict[str, dict[str, str]] = {
    "vault.quarantine": {
        "auditor loader steward": "quarantine_id batch_id source_name entity locator"
        " reason quarantined_at form settled_as settled_why settled_at",
        "loader steward": "identity payload payload_hash",
    },
    "marts.dim_customers": {
        "auditor bi_reader marketing_reader miner": "customer_key customer_id"
        " current_customer_id household_id account_id employee_id customer_status"
        " is_current registered_at valid_from valid_to province",
        "auditor marketing_reader miner": "district phone_hash email_hash birth_year",
    },
}
_ROLES = (
    "loader", "transformer", "auditor", "publisher", "miner", "bi_reader",
    "marketing_reader", "steward",
)  # fmt: skip


def wanted(table: str) -> dict[str, str]:
    """What each role may do with ``schema.table``."""
    schema, _, name = table.partition(".")
    rules = TABLES[schema]
    return rules[name] if name in rules else rules[""]


def found(company: MadeCompany) -> dict[str, dict[str, str]]:
    """What PostgreSQL says that each role may do with each table and view."""
    rows = company.ask(
        """
        select
            nspname || '.' || relname, rolname,
            case when has_table_privilege(role.oid, class.oid, 'insert')
                then 'a' else '' end
            || case when has_table_privilege(role.oid, class.oid, 'select')
                then 'r' else '' end
            || case when has_table_privilege(role.oid, class.oid, 'update')
                then 'w' else '' end
            || case when has_table_privilege(role.oid, class.oid, 'delete')
                then 'd' else '' end
            || case when has_table_privilege(role.oid, class.oid, 'truncate')
                or has_table_privilege(role.oid, class.oid, 'references')
                or has_table_privilege(role.oid, class.oid, 'trigger')
                then '+' else '' end
        from pg_class as class
        inner join pg_namespace as namespace on class.relnamespace = namespace.oid
        cross join pg_roles as role
        where nspname = any(%s) and rolname = any(%s)
            and relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition
        """,
        list(TABLES),
        list(_ROLES),
    )
    tables: dict[str, dict[str, str]] = defaultdict(dict)
    for table, role, letters in rows:
        if letters:
            tables[table][role] = letters
        else:
            tables[table].setdefault(role, "")
    return {
        table: {role: letters for role, letters in told.items() if letters}
        for table, told in tables.items()
    }


def readers_of_columns(company: MadeCompany, table: str) -> dict[str, str]:
    """Which roles may read each column of a table."""
    return dict(
        company.ask(
            "select attname, string_agg(rolname, ' ' order by rolname)"
            " from pg_attribute cross join pg_roles"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped"
            " and rolname = any(%s)"
            " and has_column_privilege(pg_roles.oid, attrelid, attnum, 'select')"
            " group by attname",
            table,
            list(_ROLES),
        )
    )


def faults(company: MadeCompany) -> list[str]:
    """Where what is granted is not what should be."""
    tables = found(company)
    named = {
        f"{schema}.{name}" for schema, rules in TABLES.items() for name in rules if name
    }
    told = [f"{table} is not there" for table in sorted(named - set(tables))]
    told += [
        f"{table}: {rights}, wanted {wanted(table)}"
        for table, rights in sorted(tables.items())
        if rights != wanted(table)
    ]
    for table, readers in COLUMNS.items():
        columns = {
            name: roles for roles, names in readers.items() for name in names.split()
        }
        readable = readers_of_columns(company, table)
        if readable != columns:
            told.append(f"columns of {table}: {readable}, wanted {columns}")
    return told

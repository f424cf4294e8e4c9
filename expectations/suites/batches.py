"""What must hold of a night's readings, before their rows are looked at."""

from collections.abc import Sequence
from functools import partial

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import FEWEST_ROWS, Night

REQUIRED_ENTITIES = ("customers", "orders", "order_lines")
# wrong ones make one customer of two, wherever they are looked for
DECISIVE_ENTITIES = ("customer_merges",)
WEB_ENTITIES = ("web_requests",)


def suite(
    night: Night, entities: Sequence[str], name: str, decisive: Sequence[str] = ()
) -> ExpectationSuite:
    """Every entity was read, and few rows were refused, of the decisive ones too."""
    wanted = _values(entities)
    day = f"business_date = date '{night.day}'"
    return ExpectationSuite(
        name=name,
        notes=__doc__,
        expectations=[
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=f"""select entity
from (values {wanted}) as wanted (entity)
where not exists (
    select from (select * from {{batch}}) as batches
    where batches.entity = wanted.entity and {day}
)""",
                description="Every entity of this gate was read for the night.",
            ),
            _few_refused(night, (*entities, *decisive)),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=f"""with nights as (
    select entity, business_date, sum(read_count) as read_count
    from (select * from {{batch}}) as batches
    where entity in (values {wanted})
        and business_date between date '{night.day}' - 56 and date '{night.day}'
        and (date '{night.day}' - business_date) % 7 = 0
    group by entity, business_date
)
select entity from nights
group by entity
having min(read_count) filter (where {day}) = 0
    and min(read_count) filter (where not {day}) > 0
    and count(*) > 3""",
                severity=WARNING,
                description="No entity is empty on a weekday that never was.",
            ),
        ],
    )


def optional_suite(night: Night, entity: str) -> ExpectationSuite:
    """Few of the rows of an entity that a company need not have were refused."""
    return ExpectationSuite(
        name=f"ledger.batches.{entity}",
        notes=__doc__,
        expectations=[_few_refused(night, (entity,))],
    )


def _few_refused(
    night: Night, entities: Sequence[str]
) -> gxe.UnexpectedRowsExpectation:
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=f"""with readings as (
    select distinct on (source_name, entity, window_from)
        entity, read_count, quarantined_count - settled_count as open_count
    from (select * from {{batch}}) as batches
    where business_date = date '{night.day}' and not is_retry
        and entity in (values {_values(entities)})
    order by source_name, entity, window_from, reading_number desc
)
select entity from readings
group by entity
having sum(open_count)
    > {night.limits.refused_share} * greatest(sum(read_count), {FEWEST_ROWS})""",
        description=f"At most {100 * night.limits.refused_share:g} % of the rows of"
        f" {', '.join(entities)} are refused and open; see `danggol quarantine list`.",
    )


def _values(entities: Sequence[str]) -> str:
    return ", ".join(f"('{entity}')" for entity in entities)


shop_suite = partial(
    suite,
    entities=REQUIRED_ENTITIES,
    name="ledger.batches.shop",
    decisive=DECISIVE_ENTITIES,
)
weblog_suite = partial(suite, entities=WEB_ENTITIES, name="ledger.batches.weblog")

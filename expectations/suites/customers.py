"""What must hold of the customers that a night brought to `raw`."""

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night
from warehouse.full_reading import HASH_OF_NOTHING


def suite(night: Night) -> ExpectationSuite:
    """Volume, dates, and that few customers are gone without a word."""
    share = night.limits.missing_share
    missing = f"""with missing as (
    select customer_id from (select * from {{batch}}) as told
    where {night.batch_rows("customers", deleted=True)}
        and _content_hash = {HASH_OF_NOTHING}
),
states as (
    select distinct on (customer_id) customer_id, _is_deleted from raw.customers
    order by customer_id, _source_stamp desc, _occurrence desc, _content_hash
)
select customer_id from missing
where (select count(*) from missing)
    > {share} * (
        select count(*) from states
        where not _is_deleted or customer_id in (select customer_id from missing)
    )"""
    return ExpectationSuite(
        name="raw.customers",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=0,
                max_value=night.most_rows("customers"),
                description="A night brings no more than fifty usual nights.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=missing,
                description=f"At most {100 * share:g} % of the customers are missing.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="customer_id", description="Every customer has a number."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="registered_at",
                max_value=night.last_moment,
                description="Nobody registered after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="birth_year",
                min_value=night.day.year - 120,
                max_value=night.day.year,
                mostly=0.9,
                severity=WARNING,
                description="Nine of ten were born within the last 120 years.",
            ),
        ],
    )

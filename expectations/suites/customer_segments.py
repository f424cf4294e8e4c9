"""What must hold of a night of `mined.customer_segments` before it is published."""

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night

SCORES = ("recency_score", "frequency_score", "monetary_score")
# Returns may outweigh purchases of a few.
LEAST_SHARE_WITHOUT_LOSS = 0.9


def suite(night: Night) -> ExpectationSuite:
    """Every customer once, scores in range, and nothing that only a bug explains."""
    return ExpectationSuite(
        name="mined.customer_segments",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, description="Somebody has a segment."
            ),
            gxe.ExpectColumnValuesToBeUnique(
                column="customer_id", description="Every customer has one segment."
            ),
            *(
                gxe.ExpectColumnValuesToBeInSet(
                    column=column,
                    value_set=[1, 2, 3, 4, 5],
                    description=f"Every {column} is 1, 2, 3, 4 or 5.",
                )
                for column in SCORES
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="recency_days",
                min_value=0,
                description="Nobody bought after the night.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="frequency", min_value=0, description="No count is negative."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="monetary_amount",
                min_value=0,
                mostly=LEAST_SHARE_WITHOUT_LOSS,
                description="Nine of ten customers brought money, or none.",
            ),
            *(
                gxe.ExpectColumnValuesToMatchRegex(
                    column=column,
                    regex=r"^[a-z][a-z0-9_]*$",
                    description=f"Every {column} is a code.",
                )
                for column in ("rfm_segment_code", "lifecycle_stage_code")
            ),
            *(
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query=f"""select distinct rfm_segment_code
from (select * from {{batch}}) as segments
where as_of_date = date '{night.day}'
    and rfm_segment_code not in (select rfm_segment_code from {table})""",
                    description="Every segment is explained in dim_segments.",
                )
                for table in _tables_of_segments(night)
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=_THE_LOST.format(day=night.day, batch="{batch}"),
                description="Hardly a customer vanished since the night before.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=_THE_MOVED.format(day=night.day, batch="{batch}"),
                severity=WARNING,
                description="At most three of ten customers changed their segment.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=_THE_CROWD.format(day=night.day, batch="{batch}"),
                severity=WARNING,
                description="No segment holds nearly everybody.",
            ),
        ],
    )


def _tables_of_segments(night: Night) -> list[str]:
    """Where segments are explained: one table, or none before there is any."""
    places = ("marts_next.dim_segments", "marts.dim_segments")
    found = [
        table
        for table in places
        if "rfm_segment_code" in night.columns.get(table, frozenset())
    ]
    return found[:1]


# Tonight's customers beside those of the latest night before it.
_TWO_NIGHTS = """with segments as (
    select as_of_date, customer_id, rfm_segment_code
    from (select * from {batch}) as every_night
), tonight as (
    select * from segments where as_of_date = date '{day}'
), before as (
    select * from segments
    where as_of_date = (
        select max(as_of_date) from segments where as_of_date < date '{day}'
    )
)"""
_THE_LOST = f"""{_TWO_NIGHTS}
select customer_id
from before
where customer_id not in (select customer_id from tonight)
    and (select count(*) from tonight) < 0.95 * (select count(*) from before)"""
_THE_MOVED = f"""{_TWO_NIGHTS}, moved as (
    select
        tonight.customer_id,
        tonight.rfm_segment_code <> before.rfm_segment_code as is_moved
    from tonight, before
    where tonight.customer_id = before.customer_id
)
select customer_id from moved
where is_moved and (select avg(is_moved::integer) from moved) > 0.3"""
_THE_CROWD = f"""{_TWO_NIGHTS}
select rfm_segment_code from tonight
group by rfm_segment_code
having count(*) > 0.95 * (select count(*) from tonight)
    and (select count(*) from tonight) >= 100"""

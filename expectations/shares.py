"""Rules about a share of rows that look beyond their own table, as SQL.

Great Expectations has `mostly` for a column. What needs a second table is a query
that gives no row while the share is small enough, and else the keys of the rows.

Every query reads its table as `from (select * from {batch}) as name`, and holds no
`join`: with that word in it, GX puts a subquery without an alias in the place of
`{batch}`, which PostgreSQL 15 refuses.
"""

from collections.abc import Sequence

from expectations.library import CRITICAL, WARNING, gxe


def expect_share_at_most(
    share: float,
    *,
    of: str,
    key: Sequence[str],
    rows: str = "true",
    description: str,
    is_warning: bool = False,
) -> gxe.UnexpectedRowsExpectation:
    """Expect at most `share` of the rows to be as `of` says.

    Parameters
    ----------
    share : float
        In 0..1.
    of : str
        SQL condition; the table under test is called ``checked``. Rows for which it
        is null do not count.
    key : sequence of str
        Columns that name a row; the only ones that leave the warehouse.
    rows : str
        SQL condition of the rows to look at.
    description : str
        As for any expectation.
    is_warning : bool
        Whether a larger share is recorded only.
    """
    names = ", ".join(key)
    query = f"""with looked_at as (
    select {names}, {of} as is_counted
    from (select * from {{batch}}) as checked
    where {rows}
)
select {names} from looked_at
where is_counted
    and (select avg(is_counted::integer) from looked_at) > {share}
order by {names}"""
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=query,
        description=description,
        severity=WARNING if is_warning else CRITICAL,
    )

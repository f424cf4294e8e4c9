"""What must hold of `marts_next.dim_customers` before it is published."""

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night


def suite(night: Night) -> ExpectationSuite:
    """No customer lost, no version of tomorrow, most still customers."""
    return ExpectationSuite(
        name="marts_next.dim_customers",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                # the unknown member is always there
                min_value=max(1, night.least_rows("dim_customers", 0.95)),
                description="No more than one version in twenty was lost.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="valid_from",
                max_value=night.last_moment,
                description="No version begins after the newest business date.",
            ),
            # Not a rule of two columns: their infinity, which every first and last
            # version has, cannot be read into Python to find the keys.
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="""select customer_key
from (select * from {batch}) as versions
where valid_to <= valid_from""",
                description="Every version ends after it begins.",
            ),
            gxe.ExpectColumnValuesToNotBeInSet(
                column="customer_status",
                value_set=["withdrawn", "missing"],
                mostly=0.5,
                severity=WARNING,
                description="At least half of the customers are there still.",
            ),
        ],
    )

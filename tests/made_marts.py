"""Marts as mining reads them, made up by the million without a source or a night.

Three years of purchases at each customer's own rate, with lines, contacts, cases, mails
and representatives beside them; nobody visits the web shop. What is in the rows matters
to nobody but the clock: how good a prediction is, other benchmarks say.
"""

from tests.empty_marts import create_marts
from warehouse import Warehouse

READ = (
    *("company_settings", "customer_days", "dim_campaigns", "dim_channels"),
    *("dim_customers", "dim_employees", "dim_products", "fct_campaign_contacts"),
    *("fct_campaign_responses", "fct_interactions", "fct_order_lines", "fct_orders"),
    *("fct_page_views", "fct_quotes", "fct_returns", "fct_service_cases"),
    "fct_web_sessions",
)
DAYS = 1_095  # up to the last day of 2025

_FILL = (
    "select setseed(0.5)",
    """
    insert into marts.company_settings (
        company_code, time_zone, rfm_window_days, churn_horizon_days,
        clv_horizon_weeks, yearly_rate, history_first_date, first_anchor_date
    )
    values (
        'made', 'Asia/Seoul', 365, null, 52, 0.1, '2023-01-01', '2025-12-01'
    )
    """,
    """
    insert into marts.dim_products (product_id, category, is_deleted)
    select 'P' || number, 'C' || number % 40, false
    from generate_series(0, {products} - 1) as number
    """,
    """
    insert into marts.dim_channels (channel_code, is_online)
    values ('store', false), ('web', true), ('sms', true), ('phone', false)
    """,
    """
    insert into marts.dim_campaigns (campaign_id, campaign_type)
    select 'K' || number, case number % 5 when 0 then 'save' else 'offer' end
    from generate_series(0, 29) as number
    """,
    """
    insert into marts.dim_employees (
        employee_key, employee_id, resigned_date, valid_from, valid_to
    )
    select 'E' || number, 'E' || number,
        case when number % 3 = 0 then date '2025-12-31' - number end,
        '-infinity', 'infinity'
    from generate_series(0, 899) as number
    """,
    # mean gap of 100 days, log-normal, as of the simulated company
    """
    create temporary table people as
    select
        number,
        'M' || lpad(number::text, 8, '0') as customer_id,
        least(greatest(100 * exp(0.75 * sqrt(-2 * ln(1 - random()))
            * cos(6.2832 * random())), 7), 900) as gap_days,
        (random() * 1500)::integer as since_days
    from generate_series(1, {customers}) as number
    """,
    """
    insert into marts.dim_customers (
        customer_key, customer_id, current_customer_id, employee_id, valid_from,
        valid_to
    )
    select customer_id, customer_id, customer_id,
        case when number % 10 = 0 then 'E' || number / 10 % 900 else '(unknown)' end,
        '-infinity', 'infinity'
    from people
    """,
    """
    create temporary table baskets as
    select
        customer_id,
        row_number() over () as number,
        order_date,
        1 + (random() * random() * 8)::integer as line_count
    from (
        select distinct
            customer_id,
            date '2025-12-31' - (random() * least({days}, since_days))::integer
                as order_date
        from people
        cross join lateral generate_series(
            1, (least({days}, since_days) / gap_days + random())::integer
        )
    ) as days
    """,
    """
    insert into marts.fct_orders (
        order_id, current_customer_id, store_id, channel_code, is_credit, order_date
    )
    select number::text, customer_id, 'S' || number % 60,
        case when number % 3 = 0 then 'web' else 'store' end, false, order_date
    from baskets
    """,
    """
    insert into marts.fct_order_lines (
        order_id, line_id, current_customer_id, product_id, quantity, gross_amount,
        discount_amount, net_amount, order_date
    )
    select number::text, line::text, customer_id, 'P' || product, 1, price, 0, price,
        order_date
    from baskets
    cross join lateral generate_series(1, line_count) as line
    cross join lateral (
        select (number * 7 + line * 13) % {products} as product
    ) as products
    cross join lateral (
        select (10000 + product * 100
            + (order_date - date '2023-01-01') / 200 * 1000)::numeric as price
    ) as prices
    """,
    """
    insert into marts.fct_campaign_contacts (
        contact_id, current_customer_id, campaign_id, channel_code, assignment_code,
        is_holdout, contact_date
    )
    select number || '-' || campaign, customer_id, 'K' || campaign,
        case when campaign % 4 = 0 then 'phone' else 'sms' end, 'randomised',
        random() < 0.2, date '2025-12-20' - campaign * 36
    from people
    cross join generate_series(0, 29) as campaign
    where random() < 0.25
    """,
    """
    insert into marts.fct_service_cases (
        case_id, current_customer_id, opened_date, opened_at, promised_at, solved_at
    )
    select number::text, customer_id, day, day, day + 7, day + (random() * 14)::integer
    from people
    cross join lateral (
        select date '2025-12-31' - (random() * 1000 + 0 * number)::integer as day
    ) as opened
    where random() < 0.8
    """,
    """
    insert into marts.fct_interactions (
        interaction_id, origin_id, current_customer_id, interaction_type_code,
        interaction_date, started_at, due_at, done_at
    )
    select 'interaction:' || number || '-' || place,
        'interaction:' || number || '-' || place, customer_id,
        case when place = 1 then 'promise' else 'mail' end,
        day, day, day + 2, day + (random() * 4)::integer
    from people
    cross join generate_series(1, 3) as place
    cross join lateral (
        select date '2025-12-31' - (random() * 1000 + 0 * number * place)::integer
            as day
    ) as begun
    where random() < 0.6
    """,
    # the timeline's other rows, which mining passes over
    """
    insert into marts.fct_interactions (
        interaction_id, origin_id, current_customer_id, interaction_type_code,
        interaction_date
    )
    select 'sale:' || order_id, 'sale:' || order_id, current_customer_id, 'sale',
        order_date
    from marts.fct_orders
    """,
    """
    insert into marts.fct_returns (return_id, current_customer_id, return_date)
    select order_id, current_customer_id, order_date from marts.fct_orders
    where random() < 0.04
    """,
    """
    insert into marts.fct_quotes (
        quote_id, line_id, current_customer_id, quote_status, quote_date,
        valid_until_date
    )
    select number::text, '1', customer_id, 'open', day, day + 14
    from people
    cross join lateral (
        select date '2025-12-31' - (random() * 900 + 0 * number)::integer as day
    ) as quoted
    where number % 10 = 0
    """,
    """
    insert into marts.customer_days (
        customer_id, activity_date, order_count, line_count, gross_amount,
        discount_amount, net_amount
    )
    select customer_id, order_date, 1, line_count, 12000 * line_count, 0,
        12000 * line_count
    from baskets
    """,
    """
    insert into marts.customer_days (customer_id, activity_date, contact_count)
    select current_customer_id, contact_date, 1 from marts.fct_campaign_contacts
    where not is_holdout
    on conflict do nothing
    """,
)


def make(warehouse: Warehouse, customers: int, products: int = 400) -> None:
    """Make the marts that mining reads, and fill them.

    Parameters
    ----------
    warehouse : Warehouse
        Migrated, without marts.
    customers, products : int
        How many there are.
    """
    with warehouse.connect("admin", autocommit=True) as connection:
        create_marts(connection, READ)
        for statement in _FILL:
            told = statement.format(customers=customers, products=products, days=DAYS)
            connection.execute(told.encode())
        connection.execute("analyze")

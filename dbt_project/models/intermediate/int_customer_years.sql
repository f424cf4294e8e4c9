-- Grain: one current customer who is known in the four quarters that ended
-- last, or was approached in them.
with

years as (

    select * from {{ ref('int_closed_years') }}

),

profits as (

    select * from {{ ref('customer_profits') }}
    where customer_id != '(unknown)'

),

customer_days as (

    select * from {{ ref('customer_days') }}
    where customer_id != '(unknown)'

),

customers as (

    select * from {{ ref('int_customers_summed') }}

),

bought as (

    select
        profits.customer_id,
        coalesce(bool_or(
            profits.quarter_start_date = years.last_quarter_date
            and profits.yearly_order_count > 0
        ), false) as is_buyer,
        coalesce(bool_or(
            profits.quarter_start_date < years.last_quarter_date
            and profits.yearly_order_count > 0
        ), false) as was_buyer,
        sum(profits.yearly_net_amount) filter (
            where profits.quarter_start_date = years.last_quarter_date
        ) as net_amount,
        sum(profits.yearly_margin_amount) filter (
            where profits.quarter_start_date = years.last_quarter_date
        ) as margin_amount,
        sum(profits.yearly_profit_amount) filter (
            where profits.quarter_start_date = years.last_quarter_date
        ) as profit_amount

    from years

    inner join profits
        on
            years.last_quarter_date = profits.quarter_start_date
            or (years.last_quarter_date - interval '1 year')::date
            = profits.quarter_start_date

    group by profits.customer_id

),

-- until they buy, customers are being won; then they are being kept
approached as (

    select
        customer_days.customer_id,
        bool_and(customer_days.contact_cost_amount is not null)
            as is_cost_known,
        sum(customer_days.contact_cost_amount) filter (
            where
            customers.first_order_date is null
            or customers.first_order_date >= customer_days.activity_date
        ) as winning_cost_amount,
        sum(customer_days.contact_cost_amount) filter (
            where customers.first_order_date < customer_days.activity_date
        ) as keeping_cost_amount

    from years

    inner join customer_days
        on
            years.year_start_date <= customer_days.activity_date
            and years.year_end_date >= customer_days.activity_date

    left join customers
        on customer_days.customer_id = customers.customer_id

    group by customer_days.customer_id

),

final as (

    select
        bought.net_amount::numeric(18, 2) as net_amount,
        bought.margin_amount::numeric(18, 2) as margin_amount,
        bought.profit_amount::numeric(18, 2) as profit_amount,
        coalesce(bought.customer_id, approached.customer_id) as customer_id,
        coalesce(bought.is_buyer, false) as is_buyer,
        coalesce(bought.was_buyer, false) as was_buyer,
        coalesce(bought.is_buyer and bought.was_buyer, false) as is_kept,
        coalesce(
            customers.first_order_date
            between years.year_start_date and years.year_end_date
            and not customers.is_older_than_history,
            false
        ) as is_won,
        coalesce(approached.is_cost_known, true) as is_cost_known,
        coalesce(approached.winning_cost_amount, 0)::numeric(18, 2)
            as winning_cost_amount,
        coalesce(approached.keeping_cost_amount, 0)::numeric(18, 2)
            as keeping_cost_amount

    from bought

    full join approached
        on bought.customer_id = approached.customer_id

    left join customers
        on
            coalesce(bought.customer_id, approached.customer_id)
            = customers.customer_id

    cross join years

)

select * from final

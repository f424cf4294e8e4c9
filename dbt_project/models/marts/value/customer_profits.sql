-- Grain: one current customer and one quarter, from the first in which anything
-- is known of them. Contract: customer_profits.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'quarter_start_date'],
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['quarter_start_date']},
        {'columns': ['household_id', 'quarter_start_date']}
    ]
) }}

with

affected as (

    select * from {{ ref('int_affected_customer_quarters') }}

),

months as (

    select * from {{ ref('fct_customer_months') }}

),

-- a year ends with each quarter: three quarters before the first are read too
beginnings as (

    select
        affected.customer_id,
        (min(affected.quarter_start_date) - interval '9 months')::date
            as from_date
    from affected
    group by affected.customer_id

),

months_of_affected as (

    select
        months.*,
        date_trunc('quarter', months.month_start_date)::date
            as quarter_start_date,
        row_number() over (
            partition by
                months.customer_id,
                date_trunc('quarter', months.month_start_date)
            order by months.month_start_date desc
        ) as rank_from_last

    from beginnings

    inner join months
        on
            beginnings.customer_id = months.customer_id
            and beginnings.from_date <= months.month_start_date

),

-- null where one of the months is not known
quarters_summed as (

    select
        months.customer_id,
        months.quarter_start_date,
        max(months.household_id) filter (where months.rank_from_last = 1)
            as household_id,
        sum(months.order_count)::bigint as order_count,
        sum(months.gross_amount) as gross_amount,
        sum(months.discount_amount) as discount_amount,
        sum(months.returned_amount) as returned_amount,
        sum(months.net_amount) as net_amount,
        case
            when count(*) = count(months.cost_of_goods_amount)
                then sum(months.cost_of_goods_amount)
        end as cost_of_goods_amount,
        case
            when count(*) = count(months.contact_cost_amount)
                then sum(months.contact_cost_amount)
        end as contact_cost_amount,
        case
            when count(*) = count(months.service_cost_amount)
                then sum(months.service_cost_amount)
        end as service_cost_amount,
        case
            when count(*) = count(months.gift_cost_amount)
                then sum(months.gift_cost_amount)
        end as gift_cost_amount

    from months_of_affected as months

    group by months.customer_id, months.quarter_start_date

),

quarters_closed as (

    select
        quarters_summed.*,
        case
            when quarters_summed.cost_of_goods_amount is null
                then 'cost_of_goods_unknown'
            when quarters_summed.contact_cost_amount is null
                then 'contact_cost_unknown'
            when quarters_summed.service_cost_amount is null
                then 'service_cost_unknown'
            when quarters_summed.gift_cost_amount is null
                then 'gift_cost_unknown'
            else 'complete'
        end as profit_status,
        quarters_summed.net_amount
        - quarters_summed.cost_of_goods_amount as margin_amount,
        quarters_summed.net_amount
        - quarters_summed.cost_of_goods_amount
        - quarters_summed.contact_cost_amount
        - quarters_summed.service_cost_amount
        - quarters_summed.gift_cost_amount as profit_amount

    from quarters_summed

),

years_summed as (

    select
        quarters.*,
        (sum(quarters.order_count) over year)::bigint as yearly_order_count,
        sum(quarters.net_amount) over year as yearly_net_amount,
        case
            when count(*) over year = count(quarters.margin_amount) over year
                then sum(quarters.margin_amount) over year
        end as yearly_margin_amount,
        case
            when count(*) over year = count(quarters.profit_amount) over year
                then sum(quarters.profit_amount) over year
        end as yearly_profit_amount

    from quarters_closed as quarters

    window year as (
        partition by quarters.customer_id
        order by quarters.quarter_start_date
        rows between 3 preceding and current row
    )

),

final as (

    select
        years.customer_id,
        years.quarter_start_date,
        years.household_id,
        years.profit_status,
        years.order_count,
        years.gross_amount::numeric(18, 2) as gross_amount,
        years.discount_amount::numeric(18, 2) as discount_amount,
        years.returned_amount::numeric(18, 2) as returned_amount,
        years.net_amount::numeric(18, 2) as net_amount,
        years.cost_of_goods_amount::numeric(18, 2) as cost_of_goods_amount,
        years.margin_amount::numeric(18, 2) as margin_amount,
        years.contact_cost_amount::numeric(18, 2) as contact_cost_amount,
        years.service_cost_amount::numeric(18, 2) as service_cost_amount,
        years.gift_cost_amount::numeric(18, 2) as gift_cost_amount,
        years.profit_amount::numeric(18, 2) as profit_amount,
        years.yearly_order_count,
        years.yearly_net_amount::numeric(18, 2) as yearly_net_amount,
        years.yearly_margin_amount::numeric(18, 2) as yearly_margin_amount,
        years.yearly_profit_amount::numeric(18, 2) as yearly_profit_amount,
        years.profit_amount < 0 as is_loss_making

    from years_summed as years

    inner join affected
        on
            years.customer_id = affected.customer_id
            and years.quarter_start_date = affected.quarter_start_date

)

select * from final

-- Grain: one quarter of first purchases and the channel of these. Contract:
-- channel_cohorts.yml.
with

customers as (

    select * from {{ ref('int_customers_summed') }}
    where cohort_quarter_date is not null

),

channels as (

    select * from {{ ref('dim_channels') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select max(batches.business_date) as last_day
    from batches

),

cohorts_summed as (

    select
        customers.cohort_quarter_date,
        customers.first_order_channel_code as channel_code,
        channels.is_online,
        count(*) as customer_count,
        count(*) filter (where customers.order_count > 1) as repeat_count,
        count(*) filter (
            where customers.last_order_date > bounds.last_day - 365
        ) as active_count,
        count(*) filter (
            where
            customers.last_order_channel_code
            != customers.first_order_channel_code
        ) as moved_count,
        count(*) filter (
            where not channels.is_online and last_channels.is_online
        ) as moved_online_count,
        count(*) filter (
            where channels.is_online and not last_channels.is_online
        ) as moved_offline_count,
        sum(customers.order_count)::bigint as order_count,
        sum(customers.net_amount)::numeric(18, 2) as net_amount,
        case
            when count(*) = count(customers.margin_amount)
                then sum(customers.margin_amount)
        end::numeric(18, 2) as margin_amount,
        case
            when count(*) = count(customers.profit_amount)
                then sum(customers.profit_amount)
        end::numeric(18, 2) as profit_amount

    from customers

    cross join bounds

    left join channels
        on customers.first_order_channel_code = channels.channel_code

    left join channels as last_channels
        on customers.last_order_channel_code = last_channels.channel_code

    group by
        customers.cohort_quarter_date,
        customers.first_order_channel_code,
        channels.is_online

),

cohorts_rated as (

    select
        cohorts.*,
        (cohorts.net_amount / nullif(cohorts.order_count, 0))::numeric(18, 2)
            as basket_amount,
        (cohorts.net_amount / cohorts.customer_count)::numeric(18, 2)
            as customer_value_amount,
        1 - cohorts.active_count::double precision / cohorts.customer_count
            as lost_share

    from cohorts_summed as cohorts

),

final as (

    select
        cohort_quarter_date,
        channel_code,
        customer_count,
        repeat_count,
        active_count,
        moved_count,
        moved_online_count,
        moved_offline_count,
        order_count,
        net_amount,
        margin_amount,
        profit_amount,
        basket_amount,
        customer_value_amount,
        lost_share,
        is_online

    from cohorts_rated

)

select * from final

-- Grain: one quarter in which customers began, and one way through the
-- channels: of the first touch, of registration, of use. Contract:
-- channel_sequences.yml.
with

customers as (

    select * from {{ ref('int_customers_summed') }}
    where not is_older_than_history

),

begun as (

    select
        customers.*,
        coalesce(customers.first_touch_channel_code, '(none)')
            as touch_channel_code,
        case
            when customers.registered_date is null then '(not_registered)'
            else coalesce(customers.registration_channel_code, '(none)')
        end as registered_channel_code,
        coalesce(customers.main_channel_code, '(none)') as use_channel_code,
        date_trunc('quarter', least(
            customers.registered_date, customers.first_touch_date
        ))::date as beginning_quarter_date

    from customers

),

final as (

    select
        begun.beginning_quarter_date,
        begun.touch_channel_code as first_touch_channel_code,
        begun.registered_channel_code as registration_channel_code,
        begun.use_channel_code,
        count(*) as customer_count,
        count(*) filter (where begun.order_count > 0) as buyer_count,
        count(*) filter (
            where begun.first_touch_date < begun.registered_date
        ) as touched_before_count,
        sum(begun.order_count)::bigint as order_count,
        sum(begun.net_amount)::numeric(18, 2) as net_amount

    from begun

    where begun.beginning_quarter_date is not null

    group by
        begun.beginning_quarter_date,
        begun.touch_channel_code,
        begun.registered_channel_code,
        begun.use_channel_code

)

select * from final

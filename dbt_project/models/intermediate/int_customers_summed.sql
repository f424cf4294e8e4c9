-- Grain: one current customer, with what began with them and what they brought
-- so far. Computed anew for the customers of whose months this build sums any.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='customer_id',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['customer_id']}]
) }}

with

affected as (

    select * from {{ ref('int_affected_customer_months') }}

),

profits as (

    select * from {{ ref('customer_profits') }}

),

profits_of_beginning as (

    select * from {{ ref('customer_profits') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

orders as (

    select * from {{ ref('fct_orders') }}
    where not is_credit

),

-- what the customer began; leads and seats are followed elsewhere
touches as (

    select * from {{ ref('fct_interactions') }}
    where
        coalesce(direction_code, 'inbound') = 'inbound'
        and interaction_type_code not in (
            'lead', 'registration', 'referral', 'campaign_response'
        )

),

touches_of_registration as (

    select * from {{ ref('fct_interactions') }}
    where
        coalesce(direction_code, 'inbound') = 'inbound'
        and interaction_type_code not in (
            'lead', 'registration', 'referral', 'campaign_response'
        )

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}
    where not is_holdout

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

affected_customers as (

    select distinct affected.customer_id
    from affected
    where affected.customer_id != '(unknown)'

),

registered as (

    select
        customers.current_customer_id as customer_id,
        min({{ business_date('customers.registered_at') }}) as registered_date

    from affected_customers

    inner join customers
        on affected_customers.customer_id = customers.current_customer_id

    group by customers.current_customer_id

),

profits_summed as (

    select
        profits.customer_id,
        sum(profits.order_count)::bigint as order_count,
        sum(profits.net_amount)::numeric(18, 2) as net_amount,
        case
            when count(*) = count(profits.margin_amount)
                then sum(profits.margin_amount)
        end::numeric(18, 2) as margin_amount,
        case
            when count(*) = count(profits.profit_amount)
                then sum(profits.profit_amount)
        end::numeric(18, 2) as profit_amount

    from affected_customers

    inner join profits
        on affected_customers.customer_id = profits.customer_id

    group by profits.customer_id

),

channels_summed as (

    select
        orders.current_customer_id as customer_id,
        coalesce(orders.channel_code, '(unknown)') as channel_code,
        count(*) as order_count,
        min(orders.ordered_at) as first_ordered_at,
        max(orders.ordered_at) as last_ordered_at,
        min(orders.order_date) as first_order_date,
        max(orders.order_date) as last_order_date

    from affected_customers

    inner join orders
        on affected_customers.customer_id = orders.current_customer_id

    group by
        orders.current_customer_id, coalesce(orders.channel_code, '(unknown)')

),

channels_ranked as (

    select
        channels_summed.*,
        row_number() over (
            partition by channels_summed.customer_id
            order by
                channels_summed.first_ordered_at, channels_summed.channel_code
        ) as rank_from_first,
        row_number() over (
            partition by channels_summed.customer_id
            order by
                channels_summed.last_ordered_at desc,
                channels_summed.channel_code asc
        ) as rank_from_last,
        row_number() over (
            partition by channels_summed.customer_id
            order by
                channels_summed.order_count desc,
                channels_summed.last_ordered_at desc,
                channels_summed.channel_code asc
        ) as rank_by_use

    from channels_summed

),

orders_summed as (

    select
        channels.customer_id,
        min(channels.first_order_date) as first_order_date,
        max(channels.last_order_date) as last_order_date,
        max(channels.channel_code) filter (
            where channels.rank_from_first = 1
        ) as first_order_channel_code,
        max(channels.channel_code) filter (
            where channels.rank_from_last = 1
        ) as last_order_channel_code,
        max(channels.channel_code) filter (
            where channels.rank_by_use = 1
        ) as main_channel_code

    from channels_ranked as channels

    group by channels.customer_id

),

begun as (

    select
        profits_summed.*,
        registered.registered_date,
        orders_summed.first_order_date,
        orders_summed.last_order_date,
        orders_summed.first_order_channel_code,
        orders_summed.last_order_channel_code,
        orders_summed.main_channel_code,
        coalesce(
            registered.registered_date
            < '{{ var("history_first_date") }}'::date,
            false
        ) as is_older_than_history,
        date_trunc('quarter', orders_summed.first_order_date)::date
            as first_quarter_date,
        case
            when
                coalesce(
                    registered.registered_date, orders_summed.first_order_date
                )
                >= '{{ var("history_first_date") }}'::date
                then date_trunc('quarter', orders_summed.first_order_date)::date
        end as cohort_quarter_date

    from profits_summed

    left join registered
        on profits_summed.customer_id = registered.customer_id

    left join orders_summed
        on profits_summed.customer_id = orders_summed.customer_id

),

beginnings_summed as (

    select
        begun.customer_id,
        (
            sum(profits.net_amount) filter (
                where profits.quarter_start_date = begun.first_quarter_date
            )
        )::numeric(18, 2) as first_quarter_amount,
        sum(profits.net_amount)::numeric(18, 2) as first_half_year_amount

    from begun

    inner join profits_of_beginning as profits
        on
            begun.customer_id = profits.customer_id
            and begun.first_quarter_date <= profits.quarter_start_date
            and begun.first_quarter_date + interval '6 months'
            > profits.quarter_start_date

    group by begun.customer_id

),

first_touches as (

    select
        affected_customers.customer_id,
        found.interaction_date,
        found.channel_code

    from affected_customers

    cross join
        lateral (
            select
                touches.interaction_date,
                coalesce(touches.channel_code, '(unknown)') as channel_code
            from touches
            where touches.current_customer_id = affected_customers.customer_id
            order by
                touches.interaction_date,
                touches.started_at,
                touches.interaction_id
            limit 1
        ) as found

),

-- nobody tells by which channel a customer registered: by the first contact of
-- that day
registration_touches as (

    select
        registered.customer_id,
        found.channel_code

    from registered

    cross join
        lateral (
            select coalesce(touches.channel_code, '(unknown)') as channel_code
            from touches_of_registration as touches
            where
                touches.current_customer_id = registered.customer_id
                and touches.interaction_date = registered.registered_date
            order by touches.started_at, touches.interaction_id
            limit 1
        ) as found

),

last_contacts as (

    select
        affected_customers.customer_id,
        found.contact_date

    from affected_customers

    cross join
        lateral (
            select max(contacts.contact_date) as contact_date
            from contacts
            where contacts.current_customer_id = affected_customers.customer_id
        ) as found

),

last_sessions as (

    select
        affected_customers.customer_id,
        found.session_date

    from affected_customers

    cross join
        lateral (
            select max(sessions.session_date) as session_date
            from sessions
            where sessions.current_customer_id = affected_customers.customer_id
        ) as found

),

final as (

    select
        begun.customer_id,
        first_touches.channel_code as first_touch_channel_code,
        registration_touches.channel_code as registration_channel_code,
        begun.first_order_channel_code,
        begun.last_order_channel_code,
        begun.main_channel_code,
        begun.order_count,
        begun.net_amount,
        begun.margin_amount,
        begun.profit_amount,
        beginnings_summed.first_quarter_amount,
        beginnings_summed.first_half_year_amount,
        begun.is_older_than_history,
        begun.cohort_quarter_date,
        begun.registered_date,
        first_touches.interaction_date as first_touch_date,
        begun.first_order_date,
        begun.last_order_date,
        last_contacts.contact_date as last_contact_date,
        last_sessions.session_date as last_session_date

    from begun

    left join beginnings_summed
        on begun.customer_id = beginnings_summed.customer_id

    left join first_touches
        on begun.customer_id = first_touches.customer_id

    left join registration_touches
        on begun.customer_id = registration_touches.customer_id

    left join last_contacts
        on begun.customer_id = last_contacts.customer_id

    left join last_sessions
        on begun.customer_id = last_sessions.customer_id

)

select * from final

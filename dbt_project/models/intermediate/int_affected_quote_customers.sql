-- Grain: one customer, current or former, whose offers this build must compare
-- anew, and from which day on. Every version counts: an offer that moved from
-- one customer or day to another changes both.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

quotes as (

    select * from {{ source('shop', 'quotes') }}

),

affected_quotes as (

    select * from {{ ref('int_affected_quotes') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

touched as (

    select
        quotes.customer_id,
        min({{ business_date('quotes.quoted_at') }}) as affected_from
    from quotes
    inner join affected_quotes
        on quotes.quote_id = affected_quotes.quote_id
    where quotes.customer_id is not null
    group by quotes.customer_id

),

named as (

    select
        touched.customer_id,
        touched.affected_from
    from touched
    union all
    select
        resolved.current_customer_id as customer_id,
        touched.affected_from
    from touched
    inner join resolved
        on touched.customer_id = resolved.customer_id
    union all
    select
        connected.connected_customer_id as customer_id,
        touched.affected_from
    from touched
    inner join connected
        on touched.customer_id = connected.customer_id

),

final as (

    select
        named.customer_id,
        min(named.affected_from) as affected_from
    from named
    group by named.customer_id

)

select * from final

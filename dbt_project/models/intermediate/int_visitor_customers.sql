-- Grain: one period in which a visitor is taken for one customer, with the
-- login or order that says so. Requests before a visitor's first evidence go to
-- that customer, later ones to the latest evidence at or before them. Who is
-- logged in while an order is confirmed is surer than whose order it is.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

requests as (

    select * from {{ ref('int_web_requests_united') }}

),

confirmations as (

    select * from {{ ref('int_web_requests_united') }}

),

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

logins as (

    select
        requests.visitor_id,
        requests.customer_id,
        requests.request_id,
        'login' as evidence_code,
        requests.requested_at

    from requests

    where
        requests.customer_id is not null
        and requests.kind_code in ('human', 'app', 'unknown')

),

orders_confirmed as (

    select
        confirmations.visitor_id,
        orders.customer_id,
        confirmations.request_id,
        'order' as evidence_code,
        confirmations.requested_at

    from confirmations

    inner join orders
        on confirmations.order_id = orders.order_id

    where
        confirmations.customer_id is null
        and orders.customer_id is not null
        and confirmations.kind_code in ('human', 'app', 'unknown')

),

evidence as (

    select * from logins
    union all
    select * from orders_confirmed

),

evidence_in_order as (

    select
        evidence.*,
        lag(evidence.customer_id) over (
            partition by evidence.visitor_id
            order by evidence.requested_at, evidence.request_id
        ) as previous_customer_id

    from evidence

),

changes as (

    select *
    from evidence_in_order
    where previous_customer_id is distinct from customer_id

),

final as (

    select
        changes.visitor_id,
        changes.customer_id,
        changes.request_id as evidence_request_id,
        changes.evidence_code,
        changes.requested_at as evidence_at,
        case
            when changes.previous_customer_id is null
                then '-infinity'::timestamptz
            else changes.requested_at
        end as valid_from,
        coalesce(
            lead(changes.requested_at) over (
                partition by changes.visitor_id
                order by changes.requested_at, changes.request_id
            ),
            'infinity'::timestamptz
        ) as valid_to

    from changes

)

select * from final

-- Grain: one period in which a visitor is taken for one customer, with the
-- login that says so. Requests before a visitor's first login go to that
-- customer, later ones to the latest login at or before them.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

requests as (

    select * from {{ ref('stg_weblog__requests') }}

),

affected_visitors as (

    select * from {{ ref('int_affected_visitors') }}

),

logins as (

    select
        requests.visitor_id,
        requests.customer_id,
        requests.request_id,
        requests.requested_at,
        lag(requests.customer_id) over (
            partition by requests.visitor_id
            order by requests.requested_at, requests.request_id
        ) as previous_customer_id

    from requests

    inner join affected_visitors
        on requests.visitor_id = affected_visitors.visitor_id

    where
        requests.customer_id is not null
        and requests.kind_code in ('human', 'app', 'unknown')

),

changes as (

    select *
    from logins
    where previous_customer_id is distinct from customer_id

),

final as (

    select
        changes.visitor_id,
        changes.customer_id,
        changes.request_id as evidence_request_id,
        changes.requested_at as evidence_at,
        'login' as evidence_code,
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

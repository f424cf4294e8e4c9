-- Grain: one visitor whose sessions this build must compute anew: a batch
-- brought requests or events of theirs, tells of a customer they logged in as
-- or of an order they confirmed, or is the first to tell of a product they
-- looked at; or raw's floor was raised above visits of theirs. What raw tells
-- is imported once for each use, as in int_affected_orders.
--
-- Sessions that began before `affected_from` stay as they are: no page is
-- touched before it, a session began then in any case, and whose the visits
-- before are was told by a login before, or is told by nothing now.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

visits_by_batch as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_customer as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_order as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_product as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_moment as (

    select * from {{ ref('int_visits_told') }}

),

events_by_batch as (

    select * from {{ source('shop', 'web_events') }}

),

event_versions as (

    select * from {{ source('shop', 'web_events') }}

),

raw_floor as (

    select * from {{ source('ledger', 'raw_floor') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

products_changed as (

    select * from {{ ref('int_products_changed') }}

),

logins as (

    select * from {{ ref('stg_weblog__requests') }}
    where customer_id is not null and kind_code in ('human', 'app', 'unknown')

),

logins_to_app as (

    select * from {{ ref('stg_shop__web_events') }}
    where customer_id is not null and kind_code in ('human', 'app', 'unknown')

),

pages as (

    select * from {{ ref('stg_weblog__requests') }}
    where page_code is not null and kind_code in ('human', 'app', 'unknown')

),

screens as (

    select * from {{ ref('stg_shop__web_events') }}
    where page_code is not null and kind_code in ('human', 'app', 'unknown')

),

touched as (

    select
        visits_by_batch.visitor_id,
        visits_by_batch.requested_at as touched_at,
        visits_by_batch.customer_id is not null
        or visits_by_batch.order_id is not null as is_evidence
    from visits_by_batch
    where
        {{ is_pinned('visits_by_batch.batch_id') }}
        and visits_by_batch.kind_code in ('human', 'app', 'unknown')
    union all
    -- an event that a batch gave to another visitor or moment, or deleted
    select
        event_versions.visitor_hash as visitor_id,
        event_versions.occurred_at as touched_at,
        event_versions.customer_id is not null
        or event_versions.order_id is not null as is_evidence
    from events_by_batch
    inner join event_versions
        on events_by_batch.event_id = event_versions.event_id
    where {{ is_pinned('events_by_batch._batch_id') }}
    union all
    select
        visits_by_customer.visitor_id,
        customers_told.told_from as touched_at,
        false as is_evidence
    from visits_by_customer
    inner join customers_told
        on visits_by_customer.customer_id = customers_told.customer_id
    union all
    select
        visits_by_order.visitor_id,
        visits_by_order.requested_at as touched_at,
        true as is_evidence
    from visits_by_order
    inner join affected_orders
        on visits_by_order.order_id = affected_orders.order_id
    union all
    select
        visits_by_product.visitor_id,
        visits_by_product.requested_at as touched_at,
        false as is_evidence
    from visits_by_product
    inner join products_changed
        on visits_by_product.product_id = products_changed.product_id
    where products_changed.is_first_told
    union all
    select
        visits_by_moment.visitor_id,
        '-infinity'::timestamptz as touched_at,
        false as is_evidence
    from visits_by_moment
    inner join raw_floor
        on visits_by_moment.requested_at < raw_floor.floor_at
    where raw_floor.is_pending

),

visitors as (

    select
        touched.visitor_id,
        min(coalesce(touched.touched_at, '-infinity')) as touched_from,
        -- a visit is hardly ever longer than a day
        min(coalesce(touched.touched_at, '-infinity'))
        - interval '24 hours {{ var("session_timeout_minutes") }} minutes'
            as looked_back_to,
        bool_or(touched.is_evidence) as is_evidence_touched
    from touched
    where touched.visitor_id is not null
    group by touched.visitor_id

),

known_before as (

    select visitors.visitor_id
    from visitors
    where
        exists (
            select 1
            from logins
            where
                visitors.is_evidence_touched
                and visitors.visitor_id = logins.visitor_id
                and visitors.touched_from > logins.requested_at
        )
        or exists (
            select 1
            from logins_to_app
            where
                visitors.is_evidence_touched
                and visitors.visitor_id = logins_to_app.visitor_id
                and visitors.touched_from > logins_to_app.occurred_at
        )

),

pages_before as (

    select
        visitors.visitor_id,
        visitors.looked_back_to,
        pages.requested_at
    from visitors
    inner join pages
        on
            visitors.visitor_id = pages.visitor_id
            and visitors.touched_from >= pages.requested_at
            and visitors.looked_back_to < pages.requested_at
    union all
    select
        visitors.visitor_id,
        visitors.looked_back_to,
        screens.occurred_at as requested_at
    from visitors
    inner join screens
        on
            visitors.visitor_id = screens.visitor_id
            and visitors.touched_from >= screens.occurred_at
            and visitors.looked_back_to < screens.occurred_at

),

session_starts_marked as (

    select
        pages_before.visitor_id,
        pages_before.requested_at,
        pages_before.requested_at
        - lag(
            pages_before.requested_at, 1, pages_before.looked_back_to
        ) over history
        > interval '{{ var("session_timeout_minutes") }} minutes'
            as is_session_start

    from pages_before

    window history as (
        partition by pages_before.visitor_id
        order by pages_before.requested_at
    )

),

last_session_starts as (

    select
        session_starts_marked.visitor_id,
        coalesce(
            max(session_starts_marked.requested_at) filter (
                where session_starts_marked.is_session_start
            ),
            '-infinity'
        ) as started_at
    from session_starts_marked
    group by session_starts_marked.visitor_id

),

final as (

    select
        visitors.visitor_id,
        case
            when
                visitors.is_evidence_touched
                and known_before.visitor_id is null
                then '-infinity'::timestamptz
            else coalesce(
                last_session_starts.started_at, visitors.touched_from
            )
        end as affected_from

    from visitors

    left join known_before
        on visitors.visitor_id = known_before.visitor_id

    left join last_session_starts
        on visitors.visitor_id = last_session_starts.visitor_id

)

select * from final

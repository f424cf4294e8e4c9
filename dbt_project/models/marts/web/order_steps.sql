-- Grain: one visit in which somebody began to order. Contract: order_steps.yml.
-- depends_on: {{ ref('int_affected_visitors') }}
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='session_id',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['session_date']}]
) }}

with

page_views as (

    select * from {{ ref('fct_page_views') }}

),

page_views_numbered as (

    select
        page_views.*,
        row_number() over visit as page_number,
        extract(
            epoch from page_views.viewed_at
            - first_value(page_views.viewed_at) over visit
        )::bigint as seconds_since_start

    from page_views

    window visit as (
        partition by page_views.session_id
        order by page_views.viewed_at, page_views.page_view_id
    )

),

visits_summed as (

    select
        pages.session_id,
        -- the same on every page of a visit
        max(pages.visitor_id) as visitor_id,
        max(pages.current_customer_id) as customer_id,
        bool_or(pages.page_code = 'cart') as has_cart,
        bool_or(pages.page_code = 'checkout') as has_checkout,
        bool_or(pages.page_code = 'order_done') as has_order,
        min(pages.page_number) filter (where pages.page_code = 'cart')
            as cart_page_count,
        min(pages.page_number) filter (where pages.page_code = 'checkout')
            as checkout_page_count,
        min(pages.page_number) filter (where pages.page_code = 'order_done')
            as order_page_count,
        min(pages.seconds_since_start) filter (
            where pages.page_code = 'cart'
        ) as cart_seconds,
        min(pages.seconds_since_start) filter (
            where pages.page_code = 'checkout'
        ) as checkout_seconds,
        min(pages.seconds_since_start) filter (
            where pages.page_code = 'order_done'
        ) as order_seconds,
        min(pages.viewed_at) as started_at

    from page_views_numbered as pages

    group by pages.session_id

),

final as (

    select
        visits.session_id,
        visits.visitor_id,
        visits.customer_id,
        case
            when visits.has_order then 'order'
            when visits.has_checkout then 'checkout'
            else 'cart'
        end as last_step_code,
        visits.cart_page_count,
        visits.checkout_page_count,
        visits.order_page_count,
        visits.cart_seconds,
        visits.checkout_seconds,
        visits.order_seconds,
        visits.has_order,
        {{ business_date('visits.started_at') }} as session_date,
        visits.started_at

    from visits_summed as visits

    where visits.has_cart or visits.has_checkout or visits.has_order

)

select * from final

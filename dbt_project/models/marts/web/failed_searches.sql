-- Grain: one search that found nothing. Contract: failed_searches.yml.
-- depends_on: {{ ref('int_affected_visitors') }}
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='page_view_id',
    on_schema_change='append_new_columns'
) }}

with

page_views as (

    select * from {{ ref('fct_page_views') }}

),

page_views_in_order as (

    select
        page_views.*,
        lead(page_views.page_code) over visit as next_page_code,
        coalesce(
            max(page_views.viewed_at) filter (
                where page_views.page_code = 'product'
            ) over (partition by page_views.session_id)
            > page_views.viewed_at,
            false
        ) as has_seen_product_since,
        bool_or(page_views.page_code = 'order_done') over (
            partition by page_views.session_id
        ) as has_order

    from page_views

    window visit as (
        partition by page_views.session_id
        order by page_views.viewed_at, page_views.page_view_id
    )

),

final as (

    select
        pages.page_view_id,
        pages.session_id,
        pages.visitor_id,
        pages.current_customer_id as customer_id,
        pages.search_term,
        pages.next_page_code,
        pages.has_seen_product_since,
        pages.has_order,
        pages.viewed_date,
        pages.viewed_at

    from page_views_in_order as pages

    where pages.page_code = 'search_failed'

)

select * from final

-- Grain: one page that a person asked for; here only those of visitors whom
-- this build computes anew. Contract: fct_page_views.yml.
with

requests as (

    select * from {{ ref('int_web_requests_sessionized') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

final as (

    select
        requests.request_id as page_view_id,
        requests.session_id,
        requests.visitor_id,
        sessions.customer_key,
        sessions.customer_id,
        sessions.current_customer_id,
        case
            when requests.product_id is not null
                then coalesce(products.product_id, '(unknown)')
        end as product_id,
        requests.product_id as source_product_id,
        requests.page_code,
        requests.path,
        requests.search_term,
        requests.referrer_host,
        requests.referrer_class_code,
        requests.utm_source,
        requests.utm_medium,
        requests.utm_campaign,
        requests.utm_term,
        requests.utm_content,
        requests.status_code::bigint as http_status_number,
        requests.byte_count,
        requests.request_milliseconds,
        requests.is_session_start,
        {{ business_date('requests.requested_at') }} as viewed_date,
        requests.requested_at as viewed_at

    from requests

    inner join sessions
        on requests.session_id = sessions.session_id

    left join products
        on requests.product_id = products.product_id

)

select * from final

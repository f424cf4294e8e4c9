-- Grain: one affected sale, return, offer or lead, as a contact of the
-- timeline.
with

orders as (

    select * from {{ ref('fct_orders') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

returns as (

    select * from {{ ref('fct_returns') }}

),

affected_returns as (

    select * from {{ ref('int_affected_returns') }}

),

quotes as (

    select * from {{ ref('fct_quotes') }}

),

affected_quotes as (

    select * from {{ ref('int_affected_quotes') }}

),

leads as (

    select * from {{ ref('fct_leads') }}

),

affected_leads as (

    select * from {{ ref('int_affected_leads') }}

),

final as (

    select
        'sale:' || orders.order_id as interaction_id,
        'order:' || orders.order_id as origin_id,
        orders.customer_key,
        orders.customer_id,
        orders.current_customer_id,
        orders.employee_key,
        orders.employee_id,
        '(unknown)' as product_id,
        orders.order_id,
        null as case_id,
        '(unknown)' as campaign_id,
        'sale' as interaction_type_code,
        'inbound' as direction_code,
        orders.channel_code,
        null as reason_code,
        orders.net_amount as amount,
        null::numeric as cost_amount,
        orders.order_date as interaction_date,
        orders.ordered_at as started_at,
        null::timestamptz as ended_at

    from orders

    inner join affected_orders
        on orders.order_id = affected_orders.order_id

    union all

    select
        'return:' || returns.return_id as interaction_id,
        'return:' || returns.return_id as origin_id,
        returns.customer_key,
        returns.customer_id,
        returns.current_customer_id,
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        returns.product_id,
        returns.source_order_id as order_id,
        null as case_id,
        '(unknown)' as campaign_id,
        'return' as interaction_type_code,
        'inbound' as direction_code,
        returns.channel_code,
        returns.reason_code,
        -returns.refund_amount as amount,
        null::numeric as cost_amount,
        returns.return_date as interaction_date,
        returns.returned_at as started_at,
        null::timestamptz as ended_at

    from returns

    inner join affected_returns
        on returns.return_id = affected_returns.return_id

    union all

    select
        'quote:' || quotes.quote_id || ':' || quotes.line_id as interaction_id,
        'quote:' || quotes.quote_id as origin_id,
        quotes.customer_key,
        quotes.customer_id,
        quotes.current_customer_id,
        quotes.employee_key,
        quotes.employee_id,
        quotes.product_id,
        quotes.order_id,
        null as case_id,
        '(unknown)' as campaign_id,
        'quote' as interaction_type_code,
        'outbound' as direction_code,
        quotes.channel_code,
        quotes.reason_code,
        quotes.quoted_amount as amount,
        null::numeric as cost_amount,
        quotes.quote_date as interaction_date,
        quotes.quoted_at as started_at,
        null::timestamptz as ended_at

    from quotes

    inner join affected_quotes
        on quotes.quote_id = affected_quotes.quote_id

    union all

    select
        'lead:' || leads.lead_id as interaction_id,
        'lead:' || leads.lead_id as origin_id,
        leads.customer_key,
        leads.customer_id,
        leads.current_customer_id,
        leads.employee_key,
        leads.employee_id,
        leads.product_id,
        leads.order_id,
        null as case_id,
        leads.campaign_id,
        'lead' as interaction_type_code,
        'inbound' as direction_code,
        leads.lead_source_code as channel_code,
        leads.reason_code,
        null::numeric as amount,
        null::numeric as cost_amount,
        leads.received_date as interaction_date,
        leads.received_at as started_at,
        null::timestamptz as ended_at

    from leads

    inner join affected_leads
        on leads.lead_id = affected_leads.lead_id

)

select * from final

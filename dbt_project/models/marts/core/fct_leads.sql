-- Grain: one person who may become a customer. Contract: fct_leads.yml.
-- Customers are imported once for each use, as in int_affected_orders.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='lead_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['current_customer_id']},
        {'columns': ['received_date']}
    ]
) }}

with

leads as (

    select * from {{ ref('stg_shop__leads') }}

),

affected as (

    select * from {{ ref('int_affected_leads') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

customers_by_phone as (

    select * from {{ ref('dim_customers') }}

),

customers_by_email as (

    select * from {{ ref('dim_customers') }}

),

employees as (

    select * from {{ ref('dim_employees') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

told as (

    select leads.*
    from leads
    inner join affected
        on leads.lead_id = affected.lead_id

),

-- what several people share, such as the telephone of an office, names nobody
phone_matches as (

    select
        told.lead_id,
        min(customers_by_phone.current_customer_id) as customer_id

    from told

    inner join customers_by_phone
        on told.phone_hash = customers_by_phone.phone_hash

    where customers_by_phone.is_current

    group by told.lead_id

    having count(distinct customers_by_phone.current_customer_id) = 1

),

email_matches as (

    select
        told.lead_id,
        min(customers_by_email.current_customer_id) as customer_id

    from told

    inner join customers_by_email
        on told.email_hash = customers_by_email.email_hash

    where customers_by_email.is_current

    group by told.lead_id

    having count(distinct customers_by_email.current_customer_id) = 1

),

matched as (

    select
        told.*,
        coalesce(
            told.customer_id,
            phone_matches.customer_id,
            email_matches.customer_id
        ) as matched_customer_id,
        case
            when told.customer_id is not null then 'told'
            when phone_matches.customer_id is not null then 'phone'
            when email_matches.customer_id is not null then 'email'
            else 'none'
        end as match_code

    from told

    left join phone_matches
        on told.lead_id = phone_matches.lead_id

    left join email_matches
        on told.lead_id = email_matches.lead_id

),

final as (

    select
        matched.lead_id,
        {{ customer_columns('matched.customer_id') }},
        {{ employee_columns('matched.employee_id') }},
        coalesce(campaigns.campaign_id, '(unknown)') as campaign_id,
        matched.campaign_id as source_campaign_id,
        coalesce(products.product_id, '(unknown)') as product_id,
        matched.product_id as source_product_id,
        matched.order_id,
        matched.lead_source_code,
        matched.match_code,
        matched.account_name,
        matched.lead_status,
        matched.reason_code,
        matched.expected_amount,
        {{ business_date('matched.received_at') }} as received_date,
        matched.received_at,
        matched.contacted_at,
        matched.qualified_at,
        matched.decided_at

    from matched

    left join customers
        on
            matched.matched_customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'matched.received_at') }}

    left join employees
        on
            matched.employee_id = employees.employee_id
            and {{ is_valid_at('employees', 'matched.received_at') }}

    left join products
        on matched.product_id = products.product_id

    left join campaigns
        on matched.campaign_id = campaigns.campaign_id

)

select * from final

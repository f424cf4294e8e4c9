-- Grain: one lead that this build must compute anew, also because a customer of
-- whom it tells has or had the lead's telephone number or e-mail address.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

leads_by_phone as (

    select * from {{ source('shop', 'leads') }}

),

leads_by_email as (

    select * from {{ source('shop', 'leads') }}

),

customers_with_phone as (

    select * from {{ source('shop', 'customers') }}

),

customers_with_email as (

    select * from {{ source('shop', 'customers') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

final as (

    {{ affected_rows('leads', 'lead_id', [
        (
            'customer_id', 'int_customers_told', 'customer_id',
            'told.received_at'
        ),
        (
            'employee_id', 'int_employees_told', 'employee_id',
            'told.received_at'
        ),
        ('product_id', 'int_products_first_told', 'product_id', none),
        ('campaign_id', 'int_campaigns_first_told', 'campaign_id', none),
    ]) }}
    union
    select leads_by_phone.lead_id
    from customers_told
    inner join customers_with_phone
        on customers_told.customer_id = customers_with_phone.customer_id
    inner join leads_by_phone
        on customers_with_phone.phone_hash = leads_by_phone.phone_hash
    union
    select leads_by_email.lead_id
    from customers_told
    inner join customers_with_email
        on customers_told.customer_id = customers_with_email.customer_id
    inner join leads_by_email
        on customers_with_email.email_hash = leads_by_email.email_hash

)

select * from final

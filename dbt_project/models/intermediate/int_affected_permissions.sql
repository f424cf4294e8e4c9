-- Grain: one customer, current or former, whose permissions this build must
-- work out anew: a batch tells of a statement of theirs, of them or of a
-- membership.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

consents as (

    select * from {{ source('shop', 'consents') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

touched as (

    select consents.customer_id
    from consents
    where {{ is_pinned('consents._batch_id') }}
    union
    select customers_told.customer_id
    from customers_told

),

final as (

    select touched.customer_id
    from touched
    union
    select resolved.current_customer_id as customer_id
    from resolved
    inner join touched on resolved.customer_id = touched.customer_id

)

select * from final

-- Grain: one customer of whom this build's batches tell, and from when on facts
-- must look for another version of them, of their household or account, or for
-- another current customer.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

customers_by_household as (

    select * from {{ source('shop', 'customers') }}

),

customers_by_account as (

    select * from {{ source('shop', 'customers') }}

),

affected_memberships as (

    select * from {{ ref('int_affected_memberships') }}

),

customers_told as (

    {{ ids_told('customers', 'customer_id') }}

),

households_told as (

    {{ ids_told('households', 'household_id') }}

),

accounts_told as (

    {{ ids_told('accounts', 'account_id') }}

),

told as (

    select
        customers_told.customer_id,
        customers_told.told_from
    from customers_told
    union all
    select
        customers_by_household.customer_id,
        households_told.told_from
    from customers_by_household
    inner join households_told
        on customers_by_household.household_id = households_told.household_id
    union all
    select
        customers_by_account.customer_id,
        accounts_told.told_from
    from customers_by_account
    inner join accounts_told
        on customers_by_account.account_id = accounts_told.account_id
    union all
    select
        affected_memberships.customer_id,
        '-infinity'::timestamptz as told_from
    from affected_memberships

),

final as (

    select
        told.customer_id,
        min(told.told_from) as told_from
    from told
    group by told.customer_id

)

select * from final

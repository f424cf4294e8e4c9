-- Grain: one customer of whom this build's batches tell: facts must find the
-- right version of them, of their household and account, and the right current
-- customer. A raw table is imported once for each use.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

customers as (

    select * from {{ source('shop', 'customers') }}

),

customers_by_household as (

    select * from {{ source('shop', 'customers') }}

),

customers_by_account as (

    select * from {{ source('shop', 'customers') }}

),

households as (

    select * from {{ source('shop', 'households') }}

),

accounts as (

    select * from {{ source('shop', 'accounts') }}

),

affected_memberships as (

    select * from {{ ref('int_affected_memberships') }}

),

final as (

    select customers.customer_id
    from customers
    where customers._batch_id in {{ pinned_batches() }}
    union
    select customers_by_household.customer_id
    from customers_by_household
    inner join households
        on customers_by_household.household_id = households.household_id
    where households._batch_id in {{ pinned_batches() }}
    union
    select customers_by_account.customer_id
    from customers_by_account
    inner join accounts
        on customers_by_account.account_id = accounts.account_id
    where accounts._batch_id in {{ pinned_batches() }}
    union
    select affected_memberships.customer_id
    from affected_memberships

)

select * from final

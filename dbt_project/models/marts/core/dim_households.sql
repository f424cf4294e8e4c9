-- Grain: one household. Contract: dim_households.yml.
with

households as (

    select * from {{ ref('stg_shop__households') }}

),

customers as (

    select * from {{ ref('int_customers_versioned') }}

),

told as (

    select
        households.household_id,
        households.age_band,
        households.income_band,
        households.home_ownership,
        households.marital_status,
        households.household_size,
        households.household_composition,
        households.kids_count,
        households.is_deleted
    from households

),

-- most shops know who lives together of more people than they know bands of
named_by_customers as (

    select distinct customers.household_id
    from customers
    where customers.household_id is not null

),

not_told as (

    select
        named_by_customers.household_id,
        null as age_band,
        null as income_band,
        null as home_ownership,
        null as marital_status,
        null as household_size,
        null as household_composition,
        null as kids_count,
        false as is_deleted

    from named_by_customers

    left join told
        on named_by_customers.household_id = told.household_id

    where told.household_id is null

),

unknown_member as (

    select
        '(unknown)' as household_id,
        null as age_band,
        null as income_band,
        null as home_ownership,
        null as marital_status,
        null as household_size,
        null as household_composition,
        null as kids_count,
        false as is_deleted

),

final as (

    select * from told
    union all
    select * from not_told
    union all
    select * from unknown_member

)

select * from final

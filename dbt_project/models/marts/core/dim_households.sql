-- Grain: one household in one period (Type 2). Contract: dim_households.yml.
-- Facts look versions up by household_id.
{{ config(indexes=[{'columns': ['household_id']}]) }}

with

versions as (

    select * from {{ ref('int_households_versioned') }}

),

customers as (

    select * from {{ ref('int_customers_versioned') }}

),

told as (

    select
        versions.household_key,
        versions.household_id,
        versions.age_band,
        versions.income_band,
        versions.home_ownership,
        versions.marital_status,
        versions.household_size,
        versions.household_composition,
        versions.kids_count,
        versions.is_missing as is_deleted,
        versions.is_current,
        versions.valid_from,
        versions.valid_to
    from versions

),

-- most shops know who lives together of more people than they know bands of
named_by_customers as (

    select distinct customers.household_id
    from customers
    where customers.household_id is not null

),

not_told as (

    select
        {{ period_key(
            'named_by_customers.household_id', "'-infinity'::timestamptz"
        ) }} as household_key,
        named_by_customers.household_id,
        null as age_band,
        null as income_band,
        null as home_ownership,
        null as marital_status,
        null as household_size,
        null as household_composition,
        null as kids_count,
        false as is_deleted,
        true as is_current,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_to

    from named_by_customers

    left join told
        on named_by_customers.household_id = told.household_id

    where told.household_id is null

),

unknown_member as (

    select
        '(unknown)' as household_key,
        '(unknown)' as household_id,
        null as age_band,
        null as income_band,
        null as home_ownership,
        null as marital_status,
        null as household_size,
        null as household_composition,
        null as kids_count,
        false as is_deleted,
        true as is_current,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_to

),

final as (

    select * from told
    union all
    select * from not_told
    union all
    select * from unknown_member

)

select * from final

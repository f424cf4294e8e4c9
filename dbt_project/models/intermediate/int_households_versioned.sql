-- Grain: one period in which what is known of a household stayed the same (Type
-- 2).
with

versions as (

    select * from {{ ref('stg_shop__household_versions') }}

),

{{ type_2_periods('household_id', [
    'age_band', 'income_band', 'home_ownership',
    'marital_status', 'household_size', 'household_composition',
    'kids_count',
]) }},

final as (

    select
        periods.period_key as household_key,
        periods.household_id,
        periods.age_band,
        periods.income_band,
        periods.home_ownership,
        periods.marital_status,
        periods.household_size,
        periods.household_composition,
        periods.kids_count,
        periods.is_missing,
        periods.is_current,
        periods.valid_from,
        periods.valid_to

    from periods

)

select * from final

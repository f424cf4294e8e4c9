-- Grain: one period in which what is known of an account stayed the same (Type
-- 2).
with

versions as (

    select * from {{ ref('stg_shop__account_versions') }}

),

{{ type_2_periods('account_id', [
    'employee_id', 'account_name', 'account_type_code',
    'industry_code', 'province', 'district',
]) }},

final as (

    select
        periods.period_key as account_key,
        periods.account_id,
        periods.employee_id,
        periods.account_name,
        periods.account_type_code,
        periods.industry_code,
        periods.province,
        periods.district,
        periods.is_missing,
        periods.is_current,
        periods.valid_from,
        periods.valid_to

    from periods

)

select * from final

-- Grain: one period in which what is known of a customer stayed the same (Type
-- 2). Who is not read any more has a status that says so: `missing`, unless
-- the source told of an end before.
with

versions as (

    select * from {{ ref('stg_shop__customer_versions') }}

),

{{ type_2_periods('customer_id', [
    'household_id', 'account_id', 'employee_id', 'customer_status',
    'province', 'district', 'phone_hash', 'email_hash', 'birth_year',
    'registered_at',
]) }},

final as (

    select
        periods.period_key as customer_key,
        periods.customer_id,
        periods.household_id,
        periods.account_id,
        periods.employee_id,
        periods.province,
        periods.district,
        periods.phone_hash,
        periods.email_hash,
        periods.birth_year,
        periods.is_current,
        periods.registered_at,
        periods.valid_from,
        periods.valid_to,
        case
            when
                periods.is_missing
                and coalesce(
                    periods.customer_status not in ('withdrawn', 'merged'),
                    true
                )
                then 'missing'
            else periods.customer_status
        end as customer_status

    from periods

)

select * from final

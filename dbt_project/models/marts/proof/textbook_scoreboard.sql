-- Grain: one saying of the textbooks. Contract: textbook_scoreboard.yml.
with

sayings as (

    select * from {{ ref('int_sayings') }}

),

measured as (

    select * from {{ ref('int_sayings_measured') }}

),

years as (

    select * from {{ ref('int_closed_years') }}

),

judged as (

    select
        sayings.*,
        measured.company_value,
        measured.company_low,
        measured.company_high,
        years.year_start_date,
        years.year_end_date,
        coalesce(measured.customer_count, 0) as customer_count,
        case
            when not years.is_year_told then 'history_too_short'
            when not measured.is_history_told then 'history_too_short'
            when
                sayings.saying_code = 'months_24_to_30'
                and measured.saying_code is null
                then 'history_too_short'
            when not coalesce(measured.is_input_told, false) then 'not_told'
            when
                coalesce(measured.customer_count, 0) < sayings.needed_count
                or measured.company_high is null
                then 'too_few'
            else 'measured'
        end as data_status

    from sayings

    cross join years

    left join measured
        on sayings.saying_code = measured.saying_code

),

-- only what the whole interval says is said
decided as (

    select
        judged.*,
        judged.data_status = 'measured' as is_measured,
        judged.company_low >= judged.band_low
        and judged.company_high
        <= coalesce(judged.band_high, 'infinity') as is_inside,
        judged.company_high < judged.band_low
        or coalesce(judged.company_low > judged.band_high, false)
            as is_outside

    from judged

),

final as (

    select
        decided.saying_code,
        decided.saying_number,
        decided.saying_en,
        decided.saying_ko,
        decided.data_status,
        decided.unit_code,
        decided.claim_low,
        decided.claim_high,
        decided.band_low,
        decided.band_high,
        decided.customer_count,
        decided.needed_count,
        decided.year_start_date as first_date,
        decided.year_end_date as last_date,
        case
            when decided.is_measured and decided.is_inside then 'holds'
            when decided.is_measured and decided.is_outside then 'does_not'
            else 'too_little_data'
        end as verdict_code,
        case
            when decided.is_measured then decided.company_value
        end as company_value,
        case
            when decided.is_measured then decided.company_low
        end as company_low,
        case
            when decided.is_measured then decided.company_high
        end as company_high,
        case
            when decided.data_status = 'not_told' then decided.needed_input
        end as missing_input

    from decided

)

select * from final

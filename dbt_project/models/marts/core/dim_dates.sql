-- Grain: one calendar day. From the year before the history to the end of the
-- year after the last batch, and further where a fact lies outside. Contract:
-- dim_dates.yml.
with

batches as (

    select * from {{ source('ledger', 'batches') }}

),

holidays as (

    select * from {{ source('ledger', 'holidays') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

campaign_contacts as (

    select * from {{ ref('fct_campaign_contacts') }}

),

campaign_responses as (

    select * from {{ ref('fct_campaign_responses') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

days_used as (

    select
        '{{ var("history_first_date") }}'::date - interval '1 year'
            as first_day,
        '{{ var("history_last_date") }}'::date + interval '1 year'
            as last_day
    union all
    select
        null as first_day,
        max(batches.business_date) + interval '1 year' as last_day
    from batches
    union all
    select
        min(orders.order_date) as first_day,
        max(orders.order_date) as last_day
    from orders
    union all
    select
        min(campaign_contacts.contact_date) as first_day,
        max(campaign_contacts.contact_date) as last_day
    from campaign_contacts
    union all
    select
        min(campaign_responses.response_date) as first_day,
        max(campaign_responses.response_date) as last_day
    from campaign_responses
    union all
    select
        min(sessions.session_date) as first_day,
        -- its last page may lie on the next day
        max(sessions.session_date) + 1 as last_day
    from sessions

),

bounds as (

    select
        date_trunc('year', min(days_used.first_day))::date as first_date,
        (
            date_trunc('year', max(days_used.last_day))
            + interval '1 year' - interval '1 day'
        )::date as last_date
    from days_used

),

days as (

    select bounds.first_date + day_number.value as date_day
    from bounds
    cross join
        lateral generate_series(
            0, bounds.last_date - bounds.first_date
        ) as day_number (value)

),

-- every country has holidays in every year that was asked for
years_known as (

    select distinct extract(year from holidays.holiday_date) as year_number
    from holidays

),

final as (

    select
        days.date_day,
        holidays.holiday_name,
        to_char(days.date_day, 'YYYY-MM') as month_code,
        to_char(days.date_day, 'IYYY-"W"IW') as iso_week_code,
        trim(to_char(days.date_day, 'Day')) as weekday_name,
        extract(year from days.date_day)::bigint as year_number,
        extract(quarter from days.date_day)::bigint as quarter_number,
        extract(month from days.date_day)::bigint as month_number,
        extract(isodow from days.date_day)::bigint as weekday_number,
        extract(isodow from days.date_day) >= 6 as is_weekend,
        case
            when years_known.year_number is not null
                then holidays.holiday_date is not null
        end as is_holiday,
        date_trunc('month', days.date_day)::date as month_start_date

    from days

    left join holidays
        on days.date_day = holidays.holiday_date

    left join years_known
        on extract(year from days.date_day) = years_known.year_number

)

select * from final

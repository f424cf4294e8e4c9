-- Grain: one row, the four quarters that ended last and what is told of them.
with

batches as (

    select * from {{ source('ledger', 'batches') }}

),

settings as (

    select * from {{ ref('company_settings') }}

),

last_quarters as (

    select
        (
            date_trunc('quarter', max(batches.business_date) + 1)
            - interval '3 months'
        )::date as last_quarter_date
    from batches

),

years as (

    select
        last_quarters.last_quarter_date,
        (last_quarters.last_quarter_date - interval '9 months')::date
            as year_start_date,
        (last_quarters.last_quarter_date + interval '3 months')::date - 1
            as year_end_date
    from last_quarters

),

final as (

    select
        years.last_quarter_date,
        years.year_start_date,
        years.year_end_date,
        settings.yearly_rate,
        coalesce(settings.history_first_date <= years.year_start_date, false)
            as is_year_told,
        coalesce(
            settings.history_first_date
            <= years.year_start_date - interval '1 year',
            false
        ) as is_year_before_told

    from years

    cross join settings

)

select * from final

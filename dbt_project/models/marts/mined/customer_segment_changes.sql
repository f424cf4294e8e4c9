-- Grain: one customer whose segment is not that of the night before, on one
-- night; here only the night under way. Contract:
-- customer_segment_changes.yml.
with

changes as (

    select * from {{ source('mined', 'customer_segment_changes') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        changes.as_of_date,
        changes.customer_id,
        changes.previous_as_of_date,
        changes.change,
        changes.from_code,
        changes.to_code,
        changes.cause_code

    from changes

    inner join nights
        on changes.as_of_date = nights.business_date

)

select * from final

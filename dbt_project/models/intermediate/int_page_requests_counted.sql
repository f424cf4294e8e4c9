-- Grain: one batch of the web log and one day: pages that people and robots
-- asked for. A batch never changes, so each is counted once, when a build takes
-- it up.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='batch_id',
    schema='marts_next',
    on_schema_change='append_new_columns'
) }}

with

requests as (

    select * from {{ source('weblog', 'web_requests') }}

),

final as (

    select
        requests._batch_id as batch_id,
        {{ business_date('requests.requested_at') }} as requested_date,
        count(*) as page_request_count,
        count(*) filter (
            where requests.kind in ('crawler', 'scanner', 'monitor', 'preview')
        ) as robot_request_count

    from requests

    where
        requests.page_code is not null
        and {{ is_pinned('requests._batch_id') }}

    group by
        requests._batch_id,
        {{ business_date('requests.requested_at') }}

)

select * from final

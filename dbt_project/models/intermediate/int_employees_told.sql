-- Grain: one employee of whom this build's batches tell: facts must find the
-- right version of them, with the branch that is known now.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

employees as (

    select * from {{ source('shop', 'employees') }}

),

final as (

    select distinct employees.employee_id
    from employees
    where employees._batch_id in {{ pinned_batches() }}

)

select * from final

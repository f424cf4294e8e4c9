-- Grain: one employee of whom this build's batches tell, and from when on facts
-- must look for another version of them.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ ids_told('employees', 'employee_id') }}

)

select * from final

-- Grain: one customer id ever told, with the id it goes by now.
-- Merges chain (a into b, b into c); a ring of merges keeps its own ids.
with recursive

versions as (

    select * from {{ ref('stg_shop__customer_versions') }}

),

customer_merges as (

    select * from {{ ref('stg_shop__customer_merges') }}

),

customers as (

    select versions.customer_id from versions
    union
    select customer_merges.customer_id from customer_merges
    union
    select customer_merges.merged_into_customer_id as customer_id
    from customer_merges

),

merges_followed as (

    select
        customer_merges.customer_id,
        customer_merges.merged_into_customer_id,
        1 as step_count
    from customer_merges
    union all
    select
        merges_followed.customer_id,
        customer_merges.merged_into_customer_id,
        merges_followed.step_count + 1 as step_count
    from merges_followed
    inner join customer_merges
        on
            merges_followed.merged_into_customer_id
            = customer_merges.customer_id
    -- nobody changes membership more often; a ring must end
    where merges_followed.step_count < 50

),

last_steps as (

    select
        merges_followed.customer_id,
        max(merges_followed.step_count) as step_count
    from merges_followed
    group by merges_followed.customer_id
    having max(merges_followed.step_count) < 50

),

final as (

    select
        customers.customer_id,
        coalesce(
            merges_followed.merged_into_customer_id, customers.customer_id
        ) as current_customer_id

    from customers

    left join last_steps
        on customers.customer_id = last_steps.customer_id

    left join merges_followed
        on
            last_steps.customer_id = merges_followed.customer_id
            and last_steps.step_count = merges_followed.step_count

)

select * from final

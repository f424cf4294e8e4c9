-- Service cases, and whatever the company owed an answer or had promised.
case_days as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        rhythm.cutoff_date - own.opened_date as opened_ago,
        -- neither solved nor closed by the end of the cutoff's day
        coalesce(least(own.solved_at, own.closed_at) >= rhythm.end_at, true)
            as is_open,
        -- nobody had come by the promised moment, nor solved or closed it
        case
            when
                own.promised_at < rhythm.end_at
                and coalesce(
                    least(own.visited_at, own.solved_at, own.closed_at)
                    > own.promised_at,
                    true
                )
                then rhythm.cutoff_date
                    - (own.promised_at at time zone settings.time_zone)::date
        end as late_ago
    from rhythm
    inner join marts.fct_service_cases as own
        on own.current_customer_id = rhythm.customer_id
            and own.opened_date <= rhythm.cutoff_date
    cross join marts.company_settings as settings
),

cases as (
    select
        cutoff_date,
        customer_id,
        count(*) filter (where opened_ago < 182) as case_count_182d,
        count(*) filter (where is_open and opened_ago < 364) as open_case_count,
        max(opened_ago) filter (where is_open and opened_ago < 364) as open_case_days,
        count(*) filter (where late_ago < 182) as late_case_count_182d,
        min(late_ago) as days_since_late_case
    from case_days
    group by cutoff_date, customer_id
),

due_days as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        own.interaction_type_code = 'promise' as is_promise,
        rhythm.cutoff_date - own.interaction_date as began_ago,
        coalesce(own.done_at >= rhythm.end_at, true) as is_waiting,
        case
            when
                own.due_at < rhythm.end_at
                and coalesce(own.done_at > own.due_at, true)
                then rhythm.cutoff_date
                    - (own.due_at at time zone settings.time_zone)::date
        end as late_ago
    from rhythm
    inner join marts.fct_interactions as own
        on own.current_customer_id = rhythm.customer_id
            and own.interaction_date <= rhythm.cutoff_date
    cross join marts.company_settings as settings
    where own.origin_id like 'interaction:%%' and own.due_at is not null
),

dues as (
    select
        cutoff_date,
        customer_id,
        count(*) filter (
            where late_ago < 182 and not is_promise
        ) as late_answer_count_182d,
        min(late_ago) filter (where not is_promise) as days_since_late_answer,
        max(began_ago) filter (
            where is_waiting and not is_promise and began_ago < 364
        ) as waiting_contact_days,
        count(*) filter (
            where late_ago < 182 and is_promise
        ) as broken_promise_count_182d,
        min(late_ago) filter (where is_promise) as days_since_broken_promise
    from due_days
    group by cutoff_date, customer_id
)

-- Who looked after a customer, and whether they left.
owners as (
    select
        customer_id,
        employee_id,
        valid_from,
        valid_to,
        lag(employee_id) over (
            partition by customer_id order by valid_from
        ) as previous_employee_id
    from marts.dim_customers
    where customer_id = current_customer_id and customer_id <> '(unknown)'
),

resigned as (
    select
        cutoffs.cutoff_date,
        employees.employee_id,
        max(employees.resigned_date) as resigned_date
    from cutoffs
    inner join marts.dim_employees as employees
        on employees.valid_from < cutoffs.end_at
            and employees.resigned_date <= cutoffs.cutoff_date
    group by cutoffs.cutoff_date, employees.employee_id
),

reps as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        bool_or(
            owners.valid_to >= rhythm.end_at and owners.employee_id <> '(unknown)'
        )::integer as has_rep,
        count(*) filter (
            where changed_ago < 364 and is_change
        ) as rep_change_count_364d,
        min(changed_ago) filter (where is_change) as days_since_rep_change,
        -- while they looked after the customer, or just after
        rhythm.cutoff_date - max(resigned.resigned_date) filter (
            where resigned.resigned_date >= begin_date
                and resigned.resigned_date <= end_date + 7
        ) as days_since_rep_left
    from rhythm
    inner join owners
        on owners.customer_id = rhythm.customer_id
            and owners.valid_from < rhythm.end_at
    cross join marts.company_settings as settings
    left join resigned
        on rhythm.cutoff_date = resigned.cutoff_date
            and owners.employee_id = resigned.employee_id
    cross join lateral (
        select
            (greatest(owners.valid_from, '1900-01-01') at time zone
                settings.time_zone)::date as begin_date,
            (least(owners.valid_to, rhythm.end_at) at time zone
                settings.time_zone)::date as end_date,
            coalesce(
                owners.previous_employee_id <> owners.employee_id
                and owners.previous_employee_id <> '(unknown)',
                false
            ) as is_change
    ) as owned
    cross join lateral (
        select rhythm.cutoff_date - owned.begin_date as changed_ago
    ) as ago
    group by rhythm.cutoff_date, rhythm.customer_id
)

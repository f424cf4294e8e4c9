-- Grain: one customer of one employee who leaves or left. Contract:
-- rep_handovers.yml. Small: of those who left it knows the last 90 days.
with

employees as (

    select * from {{ ref('dim_employees') }}

),

customer_versions as (

    select * from {{ ref('dim_customers') }}

),

customers_now as (

    select * from {{ ref('dim_customers') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

interactions as (

    select * from {{ ref('fct_interactions') }}

),

quotes as (

    select * from {{ ref('fct_quotes') }}

),

promises as (

    select * from {{ ref('open_promises') }}

),

inquiries as (

    select * from {{ ref('unanswered_inquiries') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

told as (

    select
        {{ told_until('orders') }} as told_until,
        {{ business_date(told_until('orders')) }} - 1 as last_date

),

leavers as (

    select
        employees.employee_id,
        coalesce(
            employees.resigned_date,
            {{ business_date('employees.valid_from') }}
        ) as left_date,
        coalesce(
            {{ business_day_start('(employees.resigned_date + 1)') }},
            employees.valid_from
        ) as left_at

    from employees

    where
        employees.is_current
        and (
            employees.employee_status = 'resigned'
            or employees.resigned_date is not null
        )

),

-- whoever the employee looked after at the end of the last day
looked_after as (

    select distinct
        leavers.employee_id,
        leavers.left_date,
        customer_versions.current_customer_id as customer_id

    from leavers

    cross join told

    inner join customer_versions
        on
            leavers.employee_id = customer_versions.employee_id
            and leavers.left_at > customer_versions.valid_from
            and leavers.left_at <= customer_versions.valid_to

    where leavers.left_date > told.last_date - 90

),

customers as (

    select distinct looked_after.customer_id
    from looked_after

),

sales as (

    select
        customers.customer_id,
        max(customer_days.activity_date) filter (
            where customer_days.order_count > 0
        ) as last_order_date,
        coalesce(sum(customer_days.net_amount) filter (
            where customer_days.activity_date
            > told.last_date - {{ var('rfm_window_days') }}
        ), 0) as net_amount,
        coalesce(sum(customer_days.margin_amount) filter (
            where customer_days.activity_date
            > told.last_date - {{ var('rfm_window_days') }}
        ), 0) as margin_amount,
        coalesce(bool_or(customer_days.margin_amount is null) filter (
            where
            customer_days.activity_date
            > told.last_date - {{ var('rfm_window_days') }}
            and customer_days.order_count
            + customer_days.credit_count
            + customer_days.return_count > 0
        ), false) as is_margin_unknown

    from customers

    cross join told

    left join customer_days
        on customers.customer_id = customer_days.customer_id

    group by customers.customer_id

),

talks as (

    select
        looked_after.employee_id,
        looked_after.customer_id,
        max(interactions.interaction_date) as last_contact_date,
        min(interactions.interaction_date) filter (
            where
            interactions.direction_code = 'outbound'
            and interactions.interaction_date > looked_after.left_date
        ) as contacted_since_date

    from looked_after

    inner join interactions
        on looked_after.customer_id = interactions.current_customer_id

    where
        interactions.interaction_type_code in (
            'visit', 'call', 'mail', 'message', 'letter', 'chat', 'gift',
            'promise', 'quote'
        )

    group by looked_after.employee_id, looked_after.customer_id

),

open_quotes as (

    select
        customers.customer_id,
        count(distinct quotes.quote_id) as open_quote_count,
        sum(quotes.quoted_amount) as open_quoted_amount
    from customers
    inner join quotes
        on customers.customer_id = quotes.current_customer_id
    where quotes.quote_status = 'open'
    group by customers.customer_id

),

promises_counted as (

    select
        promises.customer_id,
        count(*) as open_promise_count,
        count(*) filter (where promises.promise_status = 'overdue')
            as overdue_promise_count
    from promises
    where promises.promise_status != 'kept_late'
    group by promises.customer_id

),

inquiries_counted as (

    select
        inquiries.customer_id,
        count(*) as waiting_inquiry_count
    from inquiries
    where inquiries.inquiry_status = 'waiting'
    group by inquiries.customer_id

),

open_cases as (

    select
        customers.customer_id,
        count(*) as open_case_count
    from customers
    inner join cases
        on customers.customer_id = cases.current_customer_id
    where cases.is_open
    group by customers.customer_id

),

dossiers as (

    select
        looked_after.employee_id,
        looked_after.customer_id,
        customers_now.customer_status,
        looked_after.left_date,
        sales.last_order_date,
        sales.net_amount::numeric(18, 2) as net_amount,
        case
            when not sales.is_margin_unknown then sales.margin_amount
        end::numeric(18, 2) as margin_amount,
        -- one measure for all customers of an employee, so that ranks compare
        case
            when bool_or(sales.is_margin_unknown) over (
                partition by looked_after.employee_id
            ) then sales.net_amount
            else sales.margin_amount
        end as value_amount,
        coalesce(customers_now.employee_id, '(unknown)') as new_employee_id

    from looked_after

    inner join sales
        on looked_after.customer_id = sales.customer_id

    left join customers_now
        on
            looked_after.customer_id = customers_now.customer_id
            and customers_now.is_current

    where looked_after.customer_id != '(unknown)'

),

completed as (

    select
        dossiers.*,
        talks.last_contact_date,
        talks.contacted_since_date,
        open_quotes.open_quoted_amount::numeric(18, 2) as open_quoted_amount,
        row_number() over (
            partition by dossiers.employee_id
            order by dossiers.value_amount desc, dossiers.customer_id asc
        ) as value_rank,
        coalesce(open_quotes.open_quote_count, 0) as open_quote_count,
        coalesce(promises_counted.open_promise_count, 0) as open_promise_count,
        coalesce(promises_counted.overdue_promise_count, 0)
            as overdue_promise_count,
        coalesce(inquiries_counted.waiting_inquiry_count, 0)
            as waiting_inquiry_count,
        coalesce(open_cases.open_case_count, 0) as open_case_count,
        dossiers.new_employee_id
        not in (dossiers.employee_id, '(unknown)') as is_handed_over

    from dossiers

    left join talks
        on
            dossiers.employee_id = talks.employee_id
            and dossiers.customer_id = talks.customer_id

    left join open_quotes
        on dossiers.customer_id = open_quotes.customer_id

    left join promises_counted
        on dossiers.customer_id = promises_counted.customer_id

    left join inquiries_counted
        on dossiers.customer_id = inquiries_counted.customer_id

    left join open_cases
        on dossiers.customer_id = open_cases.customer_id

),

final as (

    select
        employee_id,
        customer_id,
        new_employee_id,
        customer_status,
        value_rank,
        open_quote_count,
        open_promise_count,
        overdue_promise_count,
        waiting_inquiry_count,
        open_case_count,
        net_amount,
        margin_amount,
        open_quoted_amount,
        is_handed_over,
        left_date,
        last_order_date,
        last_contact_date,
        contacted_since_date

    from completed

)

select * from final

-- Grain: one sum that is or was due for an order. Contract: fct_payments.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='payment_id',
    on_schema_change='append_new_columns'
) }}

with

payments as (

    select * from {{ ref('stg_shop__payments') }}

),

affected as (

    select * from {{ ref('int_affected_payments') }}

),

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

-- who does not tell how a bill stands tells it by what was paid
settled as (

    select
        payments.*,
        coalesce(payments.customer_id, orders.customer_id) as payer_id,
        coalesce(
            payments.payment_status,
            case
                when payments.paid_amount >= payments.due_amount then 'paid'
                when
                    payments.paid_amount is null
                    and payments.paid_at is not null
                    then 'paid'
                else 'due'
            end
        ) as known_status

    from payments

    inner join affected
        on payments.payment_id = affected.payment_id

    left join orders
        on payments.order_id = orders.order_id

),

-- a moment of paying without an amount says that something was paid, not what
counted as (

    select
        settled.*,
        coalesce(
            settled.paid_amount,
            case
                when settled.known_status = 'paid' then settled.due_amount
                when settled.paid_at is null then 0
            end
        )::numeric(18, 2) as known_paid_amount,
        case
            when settled.known_status = 'paid'
                then {{ business_date('settled.paid_at') }}
        end as settled_date

    from settled

),

final as (

    select
        counted.payment_id,
        {{ customer_columns('counted.payer_id') }},
        counted.order_id,
        counted.payment_method_code,
        counted.known_status as payment_status,
        counted.due_amount,
        counted.known_paid_amount as paid_amount,
        case
            when counted.known_status in ('paid', 'waived') then 0
            else counted.due_amount - counted.known_paid_amount
        end::numeric(18, 2) as outstanding_amount,
        (counted.settled_date - counted.due_date)::bigint as late_days,
        {{ business_date('counted.billed_at') }} as bill_date,
        counted.due_date,
        {{ business_date('counted.paid_at') }} as paid_date,
        counted.billed_at,
        counted.paid_at

    from counted

    left join customers
        on
            counted.payer_id = customers.customer_id
            and {{ is_valid_at('customers', 'counted.billed_at') }}

)

select * from final

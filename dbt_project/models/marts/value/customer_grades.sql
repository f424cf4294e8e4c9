-- Grain: one customer and one quarter, with the grade that its end gave for the
-- next. Contract: customer_grades.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'quarter_start_date'],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['quarter_start_date']}]
) }}

with

affected as (

    select * from {{ ref('int_affected_value_periods') }}
    where period_code = 'quarter'

),

profits as (

    select * from {{ ref('customer_profits') }}
    where customer_id != '(unknown)' and yearly_order_count > 0

),

rules as (

    select * from {{ ref('grade_rules') }}

),

-- a grade is told with the one before it
quarters_judged as (

    select affected.quarter_start_date
    from affected
    union
    select (affected.quarter_start_date - interval '3 months')::date
        as quarter_start_date
    from affected

),

-- margin and net money are never ranked against each other
bases as (

    select
        profits.quarter_start_date,
        case
            when count(*) = count(profits.yearly_margin_amount)
                then 'margin'
            else 'net'
        end as basis_code

    from quarters_judged

    inner join profits
        on quarters_judged.quarter_start_date = profits.quarter_start_date

    group by profits.quarter_start_date

),

contributions as (

    select
        profits.customer_id,
        profits.quarter_start_date,
        bases.basis_code,
        (profits.quarter_start_date + interval '3 months')::date
            as valid_from_date,
        case bases.basis_code
            when 'margin' then profits.yearly_margin_amount
            else profits.yearly_net_amount
        end::numeric(18, 2) as contribution_amount

    from bases

    inner join profits
        on bases.quarter_start_date = profits.quarter_start_date

),

-- equals stand together, so each is looked at with those above only
contributions_ranked as (

    select
        contributions.*,
        sum(greatest(contributions.contribution_amount, 0)) over (
            partition by contributions.quarter_start_date
        ) as total_amount,
        sum(greatest(contributions.contribution_amount, 0)) over (
            partition by contributions.quarter_start_date
            order by contributions.contribution_amount desc
        ) as amount_with_equals,
        sum(greatest(contributions.contribution_amount, 0)) over (
            partition by
                contributions.quarter_start_date,
                contributions.contribution_amount
        ) as amount_of_equals

    from contributions

),

graded as (

    select
        ranked.customer_id,
        ranked.quarter_start_date,
        ranked.basis_code,
        ranked.contribution_amount,
        ranked.valid_from_date,
        rules.rule_version,
        min(rules.up_to_share) as up_to_share

    from contributions_ranked as ranked

    inner join rules
        on
            ranked.valid_from_date >= rules.valid_from_date
            and ranked.valid_from_date < rules.valid_to_date
            -- the last grade takes all who are left
            and (
                ranked.amount_with_equals - ranked.amount_of_equals
                < rules.up_to_share * ranked.total_amount
                or rules.up_to_share >= 1
            )

    group by
        ranked.customer_id,
        ranked.quarter_start_date,
        ranked.basis_code,
        ranked.contribution_amount,
        ranked.valid_from_date,
        rules.rule_version

),

named as (

    select
        graded.*,
        rules.grade_code

    from graded

    inner join rules
        on
            graded.rule_version = rules.rule_version
            and graded.up_to_share = rules.up_to_share

),

compared as (

    select
        named.*,
        previous.grade_code as previous_grade_code,
        previous.contribution_amount as previous_contribution_amount,
        case
            when previous.customer_id is null then 'first'
            when named.grade_code < previous.grade_code then 'up'
            when named.grade_code > previous.grade_code then 'down'
            else 'same'
        end as movement_code,
        previous.rule_version != named.rule_version as is_other_rule,
        (named.valid_from_date + interval '3 months')::date as valid_to_date

    from named

    inner join affected
        on named.quarter_start_date = affected.quarter_start_date

    left join named as previous
        on
            named.customer_id = previous.customer_id
            and (named.quarter_start_date - interval '3 months')::date
            = previous.quarter_start_date

),

reasoned as (

    select
        compared.*,
        case
            when compared.movement_code in ('first', 'same')
                then compared.movement_code
            when compared.is_other_rule then 'rule_version'
            when
                compared.movement_code = 'up'
                and compared.contribution_amount
                > compared.previous_contribution_amount
                then 'contribution'
            when
                compared.movement_code = 'down'
                and compared.contribution_amount
                < compared.previous_contribution_amount
                then 'contribution'
            else 'others'
        end as movement_reason_code

    from compared

),

final as (

    select
        customer_id,
        quarter_start_date,
        grade_code,
        previous_grade_code,
        movement_code,
        movement_reason_code,
        rule_version,
        basis_code,
        contribution_amount,
        previous_contribution_amount,
        valid_from_date,
        valid_to_date

    from reasoned

)

select * from final

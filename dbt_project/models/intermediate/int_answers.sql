-- Grain: one question that is answered by a sentence. What is counted by month
-- is told of the last closed one, what is open of now. An answer is null where
-- a number in it is not known.
{{ config(tags=['after_mining']) }}
{%- set in_month = 'told.month_start_date = bounds.last_month_date' %}
{%- set in_quarter = 'told.quarter_start_date = bounds.last_quarter_date' %}
{%- set answers = [
    (
        'Q001', 'contact_backlash', 'true',
        ["count(*) filter (where told.verdict_code = 'hurts')", 'count(*)'],
        'Of {1} comparisons of those approached with those left out, {0} show that contacts hurt.',
        '연락한 집단과 제외한 집단을 비교한 {1}건 중 {0}건에서 연락이 해가 되었다.',
    ),
    (
        'Q011', 'growth_bridges',
        "told.period_code = 'month' and told.period_start_date = bounds.last_month_date",
        [
            'sum(told.change_amount)',
            "sum(told.amount) filter (where told.component_code = 'new')",
            "-sum(told.change_amount) filter (where told.component_code = 'lost')",
        ],
        'Money changed by {0} in the last month: new customers brought {1}, those who left took {2}.',
        '지난달 매출은 {0}만큼 변했다. 신규 고객이 {1}을 가져왔고, 떠난 고객이 {2}을 가져갔다.',
    ),
    (
        'Q012', 'customer_profits', in_quarter,
        [
            'count(*) filter (where told.yearly_profit_amount > 0)',
            'count(*) filter (where told.yearly_profit_amount < 0)',
            'case when count(*) = count(told.yearly_profit_amount)'
            ~ ' then sum(told.yearly_profit_amount) end',
        ],
        'In a year {0} customers brought a profit and {1} a loss, {2} in all.',
        '지난 1년간 고객 {0}명이 이익을, {1}명이 손실을 냈고, 합계는 {2}이다.',
    ),
    (
        'Q013', 'household_values', in_quarter,
        ['count(*) filter (where told.buying_member_count > 1)', 'count(*)'],
        'In {0} of {1} households more than one member bought.',
        '{1}가구 중 {0}가구에서 두 명 이상이 구매했다.',
    ),
    (
        'Q014', 'price_realisation', in_month,
        ['sum(told.net_amount) / nullif(sum(told.gross_amount), 0) %'],
        'Customers paid {0} % of the list price in the last month.',
        '지난달 고객은 정가의 {0}%를 냈다.',
    ),
    (
        'Q015', 'next_best_products', 'true',
        ['count(distinct told.customer_id)', 'count(*)'],
        'There are {1} offers for {0} customers.',
        '고객 {0}명에게 제안할 상품이 {1}건 있다.',
    ),
    (
        'Q016', 'customer_360', 'true',
        ['count(*)', 'avg(told.profile_share) %'],
        'Of {0} customers we know {1} % of what there is to know.',
        '고객 {0}명에 대해 알아야 할 것의 {1}%를 안다.',
    ),
    (
        'Q034', 'churn_predictions', "told.label_code = 'no_purchase' and told.is_scorable",
        ["count(*) filter (where told.risk_band = 'high')", 'count(*)'],
        'Of {1} customers {0} are at high risk.',
        '고객 {1}명 중 {0}명의 이탈 위험이 높다.',
    ),
    (
        'Q039', 'cross_sell_rules', "told.is_published and told.rule_type = 'cross_sell'",
        ['count(*)'],
        '{0} rules of what sells together stand every test.',
        '함께 팔리는 규칙 {0}건이 모든 검정을 통과했다.',
    ),
    (
        'Q040', 'repurchase_dues', 'true',
        ['count(*)', 'count(distinct told.customer_id)'],
        '{0} purchases of {1} customers are due within 91 days.',
        '91일 안에 고객 {1}명의 재구매 {0}건이 예정되어 있다.',
    ),
    (
        'Q047', 'campaign_results', 'true',
        [
            "count(*) filter (where told.verdict_code = 'works')",
            "count(*) filter (where told.verdict_code = 'does_not')",
            "count(*) filter (where told.verdict_code not in ('works', 'does_not'))",
        ],
        '{0} campaigns work, {1} do not, and of {2} nobody can say.',
        '캠페인 {0}건은 효과가 있고, {1}건은 없으며, {2}건은 알 수 없다.',
    ),
    (
        'Q079', 'customer_segments', 'true',
        ["count(*) filter (where told.rfm_segment_code = 'champions')", 'count(*)'],
        'Of {1} customers {0} are champions.',
        '고객 {1}명 중 {0}명이 최우수 고객이다.',
    ),
    (
        'Q080', 'customer_lifetime_values', 'true',
        ['sum(told.clv_amount)', 'count(told.clv_amount)', 'max(told.horizon_weeks)'],
        '{1} customers are worth {0} over the next {2} weeks.',
        '고객 {1}명의 앞으로 {2}주간 가치는 {0}이다.',
    ),
    (
        'Q111', 'lead_quality', 'true',
        ['sum(told.won_count)', 'sum(told.contacted_count)', 'sum(told.lead_count)'],
        'Of {2} leads {1} were spoken to and {0} won.',
        '잠재 고객 {2}건 중 {1}건을 접촉해 {0}건을 성사했다.',
    ),
    (
        'Q114', 'campaign_results', 'true',
        [
            'sum(told.planned_amount)',
            "case when bool_and(told.cost_status = 'known') then sum(told.spent_amount) end",
            'sum(told.attributed_amount)',
        ],
        'Of {0} planned {1} was spent; responses name purchases of {2}.',
        '계획 {0} 중 {1}을 썼고, 응답이 가리키는 구매는 {2}이다.',
    ),
    (
        'Q119', 'contact_pressure', in_month,
        ['sum(told.repeated_contact_count)', 'sum(told.contact_count)'],
        'Of {1} contacts of the last month {0} told what the customer had been told before.',
        '지난달 연락 {1}건 중 {0}건은 이미 보낸 내용이었다.',
    ),
    (
        'Q120', 'visitor_recognition', in_month,
        ['sum(told.session_count)', 'max(told.known_share) %'],
        'Of {0} visits of the last month we know the customer of {1} %.',
        '지난달 방문 {0}건 중 {1}%는 누구인지 안다.',
    ),
    (
        'Q121', 'self_solvable_reasons', in_month,
        [
            'sum(told.case_count) filter (where told.is_self_solvable)',
            'sum(told.case_count)',
        ],
        'Of {1} cases of the last month customers could have solved {0}.',
        '지난달 서비스 {1}건 중 {0}건은 고객이 스스로 해결할 수 있었다.',
    ),
    (
        'Q123', 'quote_conflicts', 'true', ['count(*)', 'count(distinct told.customer_id)'],
        '{0} offers to {1} customers contradict earlier ones.',
        '고객 {1}명에게 낸 견적 {0}건이 이전 견적과 다르다.',
    ),
    (
        'Q124', 'sales_contacts_during_open_cases', 'true',
        ['count(*)', 'count(distinct told.customer_id)'],
        'We tried {0} times to sell to {1} customers whose case was open.',
        '문제가 해결되지 않은 고객 {1}명에게 {0}번 판매를 시도했다.',
    ),
    (
        'Q125', 'unanswered_inquiries', "told.inquiry_status = 'waiting'", ['count(*)'],
        '{0} inquiries wait for an answer that is overdue.',
        '답변 기한이 지난 문의가 {0}건이다.',
    ),
    (
        'Q126', 'contact_pressure', in_month, ['sum(told.refused_contact_count)'],
        '{0} contacts of the last month went to somebody who had said no.',
        '지난달 거부한 고객에게 한 연락은 {0}건이다.',
    ),
    (
        'Q127', 'unconfirmed_registrations', "told.confirmation_status = 'waiting'",
        ['count(*)'],
        '{0} seats are not confirmed.', '확인되지 않은 신청이 {0}건이다.',
    ),
    (
        'Q128', 'service_request_deadlines', "told.deadline_status = 'overdue'", ['count(*)'],
        'For {0} open requests the promised moment has passed.',
        '약속한 시각이 지난 요청이 {0}건이다.',
    ),
    (
        'Q130', 'open_promises', "told.promise_status = 'overdue'", ['count(*)'],
        '{0} promises are overdue.', '기한이 지난 약속이 {0}건이다.',
    ),
    (
        'Q152', 'customer_grades', in_quarter,
        ["count(*) filter (where told.grade_code = 'A')", 'count(told.grade_code)'],
        'Of {1} graded customers {0} have grade A.',
        '등급이 있는 고객 {1}명 중 {0}명이 A등급이다.',
    ),
] %}

with

years as (

    select * from {{ ref('int_closed_years') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select
        years.last_quarter_date,
        (
            date_trunc('month', max(batches.business_date) + 1)
            - interval '1 month'
        )::date as last_month_date
    from years
    left join batches on true
    group by years.last_quarter_date

),

sayings as (

    select * from {{ ref('textbook_scoreboard') }}

),

sayings_told as (

    select
        codes.question_id,
        sayings.verdict_code,
        case sayings.unit_code
            when 'share'
                then round((100 * sayings.company_value)::numeric, 1) || ' %'
            else round(sayings.company_value::numeric, 2)::text
        end as told_value,
        case sayings.unit_code
            when 'share'
                then round((100 * sayings.company_low)::numeric, 1) || ' %'
            else round(sayings.company_low::numeric, 2)::text
        end as told_low,
        case sayings.unit_code
            when 'share'
                then round((100 * sayings.company_high)::numeric, 1) || ' %'
            else round(sayings.company_high::numeric, 2)::text
        end as told_high

    from sayings

    inner join (
        values
        ('Q008', 'winning_costs_6_to_7'),
        ('Q009', 'revenue_80_20'),
        ('Q075', 'retention_plus_5'),
        ('Q077', 'months_24_to_30'),
        ('Q142', 'profit_85_15'),
        ('Q146', 'branch_first_70')
    ) as codes (question_id, saying_code)
        on sayings.saying_code = codes.saying_code

),

final as (

    select
        sayings_told.question_id,
        'It is ' || sayings_told.told_value || ' with us ('
        || sayings_told.told_low || ' to ' || sayings_told.told_high || '): '
        || case sayings_told.verdict_code
            when 'holds' then 'the saying holds.'
            when 'does_not' then 'the saying does not hold.'
            else 'too little data to say.'
        end as answer_en,
        '우리는 ' || sayings_told.told_value || '이다('
        || sayings_told.told_low || '~' || sayings_told.told_high || '). '
        || case sayings_told.verdict_code
            when 'holds' then '통설이 맞다.'
            when 'does_not' then '통설이 맞지 않다.'
            else '자료가 적어 말할 수 없다.'
        end as answer_ko
    from sayings_told

    {% for question_id, mart, condition, numbers, english, korean in answers %}
        union all

        select
            '{{ question_id }}' as question_id,
            {{ sentence(english, numbers) }} as answer_en,
            {{ sentence(korean, numbers) }} as answer_ko
        from {{ ref(mart) }} as told
        cross join bounds
        where {{ condition }}
    {% endfor %}

)

select * from final

{# What the service asks. Rows of `int_questions`. #}
{% macro questions_of_service() -%}
    (
        'Q021', 'service', 'service_values', 'service_cases.case_id',
        'Which service cases were followed by a purchase?',
        '서비스를 받은 뒤 구매로 이어진 건은 무엇인가?'
    ),
    (
        'Q032', 'service', 'fct_surveys', 'surveys.score',
        'What do customers tell us when we ask them?',
        '물어보면 고객은 무엇이라고 답하는가?'
    ),
    (
        'Q049', 'service', 'fct_returns', 'returns.reason_code',
        'Which products come back, and why?',
        '어떤 상품이 왜 반품되는가?'
    ),
    (
        'Q050', 'service', 'fct_surveys', 'surveys.score',
        'How content are customers, and with what?',
        '고객은 무엇에 얼마나 만족하는가?'
    ),
    (
        'Q053', 'service', 'self_solvable_reasons', 'reasons.is_self_solvable',
        'What could customers do themselves?',
        '고객이 스스로 해결할 수 있는 것은 무엇인가?'
    ),
    (
        'Q057', 'service', 'fct_interactions', 'interactions.employee_id',
        'What becomes of the calls that each of us takes?',
        '우리가 받은 전화는 각각 어떤 결과로 이어지는가?'
    ),
    (
        'Q063', 'service', 'service_request_deadlines', 'service_cases.case_id',
        'How soon does the service answer, come and solve?',
        '서비스는 얼마나 빨리 답하고, 방문하고, 해결하는가?'
    ),
    (
        'Q082', 'service', 'fct_surveys', 'surveys.score',
        'Is it product, sales, service or manner that contents customers?',
        '상품, 영업, 사후 서비스, 문화 중 무엇이 만족을 만드는가?'
    ),
    (
        'Q121', 'service', 'self_solvable_reasons',
        'reasons.is_self_solvable service_cases.reason_code',
        'How much of our work are faults that users could mend themselves?',
        '사용자가 스스로 고칠 수 있는 고장이 업무의 얼마인가?'
    ),
    (
        'Q122', 'service', 'service_values', 'service_cases.cost_amount',
        'Do we only cost money, or do those whom we helped buy again?',
        '서비스는 돈만 쓰는가, 도움받은 고객이 다시 사는가?'
    )
{%- endmacro %}

{# What sales asks. Rows of `int_questions`. #}
{% macro questions_of_sales() -%}
    (
        'Q014', 'sales', 'price_realisation', 'order_lines.discount_amount',
        'How much of the list price do customers really pay?',
        '고객은 정가의 몇 퍼센트를 실제로 내는가?'
    ),
    (
        'Q020', 'sales', 'fct_interactions', 'interactions.interaction_id',
        'What did marketing and sales each say to this customer?',
        '이 고객에게 마케팅과 영업은 각각 무슨 말을 했는가?'
    ),
    (
        'Q028', 'sales', 'fct_interactions', 'interactions.interaction_id',
        'Do we count visits, calls and gifts, and not only sales?',
        '판매뿐 아니라 방문, 전화, 선물도 기록하는가?'
    ),
    (
        'Q041', 'sales', 'cross_sell_rules', 'products.ladder_code',
        'Who is ready for the next better product?',
        '한 단계 위 상품으로 옮길 준비가 된 고객은 누구인가?'
    ),
    (
        'Q043', 'sales', 'lead_quality', 'leads.received_at',
        'Which names promise business, and which are customers already?',
        '어떤 잠재 고객이 유망하고, 누가 이미 고객인가?'
    ),
    (
        'Q055', 'sales', 'rep_handovers', 'employees.resigned_date',
        'Whose customers are at risk when one of us leaves?',
        '직원이 떠나면 어느 고객이 위험한가?'
    ),
    (
        'Q110', 'sales', null, 'accounts.supplier_account_id',
        'Do the customers of our business customers follow them to us?',
        '거래처의 고객도 우리를 따라 쓰게 되는가?'
    ),
    (
        'Q111', 'sales', 'lead_quality', 'leads.received_at leads.contacted_at',
        'Which of the names marketing gives us are real buyers?',
        '마케팅이 준 명단 중 진짜 구매자는 누구인가?'
    ),
    (
        'Q112', 'sales', 'customer_360', null,
        'What must I know of this customer while I am on the road?',
        '이동 중에 이 고객에 대해 무엇을 알아야 하는가?'
    ),
    (
        'Q113', 'sales', 'customer_lifetime_values', 'order_lines.unit_cost',
        'How much may I give to keep this customer?',
        '이 고객을 지키기 위해 얼마까지 줄 수 있는가?'
    ),
    (
        'Q137', 'sales', 'customer_360', 'interactions.interaction_id',
        'Do we see our best customers more often than the others?',
        '가장 좋은 고객을 다른 고객보다 자주 만나는가?'
    ),
    (
        'Q141', 'sales', null, 'wallets.owed_amount',
        'What do our customers hold with others that we could win over?',
        '고객이 다른 곳에 둔 것 중 가져올 수 있는 것은 무엇인가?'
    )
{%- endmacro %}

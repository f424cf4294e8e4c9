{# What customers ask. Rows of `int_questions`. #}
{% macro questions_of_customers() -%}
    (
        'Q010', 'customers', 'failed_searches', 'web_requests.page_code',
        'Who looked for something with us and did not find it?',
        '우리에게서 무언가를 찾다가 찾지 못한 고객은 누구인가?'
    ),
    (
        'Q083', 'customers', 'next_best_products', null,
        'Can you help me find what I like?',
        '내가 좋아할 것을 찾도록 도와줄 수 있는가?'
    ),
    (
        'Q088', 'customers', 'customer_contact_permissions_current',
        'consents.consent_state',
        'What have I allowed you to do with my data?',
        '내 정보를 어디까지 쓰도록 내가 허락했는가?'
    ),
    (
        'Q097', 'customers', 'service_request_deadlines', 'service_cases.case_id',
        'Will you answer me soon?',
        '빨리 답해 줄 것인가?'
    ),
    (
        'Q100', 'customers', 'visitor_recognition', 'web_requests.customer_id',
        'Do you know me when I come back?',
        '다시 왔을 때 나를 알아보는가?'
    ),
    (
        'Q101', 'customers', 'order_steps', 'web_requests.order_id',
        'How many pages and minutes must I spend to order?',
        '주문하는 데 몇 페이지, 몇 분이 드는가?'
    ),
    (
        'Q102', 'customers', null, 'entitlements.granted_at',
        'Do I get what my grade promises?',
        '내 등급이 약속한 것을 받고 있는가?'
    ),
    (
        'Q103', 'customers', 'fct_referrals', 'referrals.referred_at',
        'May I take part, recommend and belong?',
        '내가 참여하고 추천하고 소속될 수 있는가?'
    ),
    (
        'Q123', 'customers', 'quote_conflicts', 'quotes.quoted_at',
        'Why did two of you tell me different prices for one thing?',
        '왜 두 사람이 같은 상품에 다른 가격을 말했는가?'
    ),
    (
        'Q124', 'customers', 'sales_contacts_during_open_cases',
        'service_cases.case_id',
        'Mine is broken; why do you want to sell me more?',
        '고장도 안 고치면서 왜 또 팔려고 하는가?'
    ),
    (
        'Q125', 'customers', 'unanswered_inquiries', 'interactions.due_at',
        'I wrote weeks ago; why does nobody answer?',
        '몇 주 전에 문의했는데 왜 아무도 답하지 않는가?'
    ),
    (
        'Q126', 'customers', 'contact_pressure',
        'consents.consent_state campaign_contacts.contact_id',
        'I said no more advertising; do you keep to it?',
        '광고를 거부했는데 지키고 있는가?'
    ),
    (
        'Q127', 'customers', 'unconfirmed_registrations', 'registrations.registered_at',
        'I registered; do I have a seat or not?',
        '신청했는데 자리가 있는가, 없는가?'
    ),
    (
        'Q128', 'customers', 'service_request_deadlines', 'service_cases.promised_at',
        'When does somebody come to repair it?',
        '수리하러 언제 오는가?'
    ),
    (
        'Q147', 'customers', 'fct_returns', 'returns.returned_at',
        'Do you keep your guarantee when I bring something back?',
        '반품할 때 보증을 지키는가?'
    )
{%- endmacro %}

{# What managers ask of the whole. Rows of `int_questions`. #}
{% macro questions_of_managers() -%}
    (
        'Q002', 'managers', 'customer_360', 'customers.registered_at',
        'How many members have we, and how many of them buy?',
        '회원은 몇 명이고, 그중 몇 명이 구매하는가?'
    ),
    (
        'Q003', 'managers', 'grade_movements', 'orders.ordered_at',
        'How do customers move between our grades from quarter to quarter?',
        '고객은 분기마다 등급 사이를 어떻게 오가는가?'
    ),
    (
        'Q007', 'managers', 'dim_accounts', 'accounts.account_type_code',
        'Which firms are among our customers, and what do they bring?',
        '우리 고객 가운데 기업은 누구이며 얼마나 가져오는가?'
    ),
    (
        'Q008', 'managers', 'textbook_scoreboard', 'campaign_contacts.cost_amount',
        'Does winning a customer cost us six to seven times keeping one?',
        '신규 고객 획득은 기존 고객 유지보다 6~7배 비싼가?'
    ),
    (
        'Q009', 'managers', 'textbook_scoreboard', null,
        'Do the best fifth of our customers bring four fifths of our money?',
        '상위 5분의 1 고객이 매출의 5분의 4를 가져오는가?'
    ),
    (
        'Q011', 'managers', 'growth_bridges', null,
        'Do we grow by new customers or by those whom we keep?',
        '성장은 신규 고객에서 오는가, 기존 고객에서 오는가?'
    ),
    (
        'Q012', 'managers', 'customer_profits',
        'order_lines.unit_cost campaign_contacts.cost_amount service_cases.cost_amount',
        'Which customers earn us money after all that they cost?',
        '모든 비용을 빼고도 이익을 남기는 고객은 누구인가?'
    ),
    (
        'Q013', 'managers', 'household_values', 'customers.household_id',
        'What is a whole household worth to us, not only one of it?',
        '한 사람이 아니라 가구 전체는 우리에게 얼마의 가치인가?'
    ),
    (
        'Q016', 'managers', 'customer_360', null,
        'What do we know of a customer, on one line?',
        '한 고객에 대해 우리가 아는 것을 한 줄로 보면?'
    ),
    (
        'Q017', 'managers', 'customer_profits', 'interactions.cost_amount',
        'What do gifts and benefits cost us, and who gets them?',
        '선물과 혜택에 얼마를 쓰며, 누가 받는가?'
    ),
    (
        'Q018', 'managers', 'campaign_results',
        'campaign_contacts.cost_amount campaign_contacts.arm_code',
        'Do our campaigns bring back more than they cost?',
        '캠페인은 들인 비용보다 더 가져오는가?'
    ),
    (
        'Q019', 'managers', 'fct_orders', null,
        'Who bought what, where, from whom and when, in one place?',
        '누가 무엇을 어디서 누구에게서 언제 샀는지 한곳에서 보이는가?'
    ),
    (
        'Q022', 'managers', 'question_catalogue', null,
        'How fresh is what we know?',
        '우리가 아는 것은 얼마나 최신인가?'
    ),
    (
        'Q023', 'managers', null, 'policies.published_at',
        'How soon do branches apply what headquarters decide?',
        '본사의 결정을 지점은 얼마나 빨리 적용하는가?'
    ),
    (
        'Q024', 'managers', 'customer_360', null,
        'Can each report on products be told by customers as well?',
        '상품 보고서를 고객 기준으로도 볼 수 있는가?'
    ),
    (
        'Q025', 'managers', null, 'readings.read_at',
        'Which of our reports does anybody read?',
        '우리 보고서 중 실제로 읽히는 것은 무엇인가?'
    ),
    (
        'Q026', 'managers', 'customer_lifetime_values', null,
        'Who is worth much today, and who will be?',
        '지금 가치 있는 고객은 누구이고, 앞으로는 누구인가?'
    ),
    (
        'Q030', 'managers', 'cohort_retention', 'orders.ordered_at',
        'How long do customers stay with us?',
        '고객은 우리 곁에 얼마나 오래 머무는가?'
    ),
    (
        'Q036', 'managers', 'customer_grades', null,
        'Who rose in our esteem and who fell, and why?',
        '등급이 오른 고객과 내린 고객은 누구이고 왜인가?'
    ),
    (
        'Q038', 'managers', 'fct_payments', 'payments.paid_at',
        'Who pays late, and who owes us?',
        '누가 늦게 내고, 누가 미납인가?'
    ),
    (
        'Q044', 'managers', 'campaign_results', 'campaign_contacts.cost_amount',
        'What does one response cost us?',
        '응답 한 건을 얻는 데 얼마가 드는가?'
    ),
    (
        'Q045', 'managers', null, 'markets.sales_amount',
        'What is our share of the market?',
        '우리의 시장 점유율은 얼마인가?'
    ),
    (
        'Q046', 'managers', 'price_realisation', 'orders.store_id',
        'Which branches sell how much, and at what prices?',
        '어느 지점이 얼마를 어떤 가격에 파는가?'
    ),
    (
        'Q048', 'managers', 'customer_lifetime_values', null,
        'What will a customer bring over the years to come?',
        '한 고객은 앞으로 얼마를 가져올 것인가?'
    ),
    (
        'Q051', 'managers', 'growth_bridges', null,
        'What changed since last month, on one page?',
        '지난달과 비교해 무엇이 달라졌는가?'
    ),
    (
        'Q054', 'managers', 'channel_cohorts', 'orders.channel_code',
        'What do customers, products and channels bring, seen together?',
        '고객, 상품, 채널을 함께 보면 무엇이 보이는가?'
    ),
    (
        'Q062', 'managers', 'grade_movements', 'orders.ordered_at',
        'How many rise from new to good, and how many drop out?',
        '신규에서 우수로 오르는 고객과 이탈하는 고객은 몇 명인가?'
    ),
    (
        'Q064', 'managers', 'customer_360', null,
        'Does everybody who meets a customer see the same?',
        '고객을 만나는 모두가 같은 정보를 보는가?'
    ),
    (
        'Q065', 'managers', 'churn_predictions', null,
        'How much money would leave with those about to leave?',
        '떠나려는 고객과 함께 나갈 돈은 얼마인가?'
    ),
    (
        'Q067', 'managers', 'question_catalogue', null,
        'Which of our goals is measured by which number?',
        '어떤 목표를 어떤 숫자로 재는가?'
    ),
    (
        'Q068', 'managers', 'customer_grades', null,
        'What does each customer contribute to the company?',
        '고객은 저마다 회사에 얼마나 기여하는가?'
    ),
    (
        'Q069', 'managers', null, 'wallets.spent_amount',
        'How much of what a customer spends is spent with us?',
        '고객 지출 중 우리 몫은 얼마인가?'
    ),
    (
        'Q070', 'managers', 'growth_bridges', null,
        'What part of our money comes from customers whom we kept?',
        '매출 중 유지한 고객에게서 온 몫은 얼마인가?'
    ),
    (
        'Q071', 'managers', 'company_settings', null,
        'Are all numbers told in one currency, zone and definition?',
        '모든 숫자가 같은 통화, 시간대, 정의로 되어 있는가?'
    ),
    (
        'Q072', 'managers', null, 'deliveries.delivered_at',
        'Does a late delivery cost us the customer?',
        '배송이 늦으면 고객을 잃는가?'
    ),
    (
        'Q075', 'managers', 'textbook_scoreboard', 'orders.ordered_at',
        'What would we gain if five in a hundred more stayed?',
        '고객 유지율이 5%p 오르면 얼마를 더 얻는가?'
    ),
    (
        'Q077', 'managers', 'textbook_scoreboard', 'orders.ordered_at',
        'Do customers spend twice as much in their third year?',
        '고객은 3년째에 두 배를 쓰는가?'
    ),
    (
        'Q078', 'managers', 'customer_lifetime_values', 'referrals.referred_at',
        'What is a customer worth beside the own money, by word of mouth?',
        '구매 외에 추천까지 더하면 고객의 가치는 얼마인가?'
    ),
    (
        'Q080', 'managers', 'customer_lifetime_values', null,
        'What are all our customers worth today, discounted?',
        '할인율을 적용하면 전체 고객의 현재 가치는 얼마인가?'
    ),
    (
        'Q081', 'managers', 'customer_lifetime_values', null,
        'How far is the simple sum of lifetime value from the careful one?',
        '단순 생애가치는 모형의 값과 얼마나 다른가?'
    ),
    (
        'Q089', 'managers', 'customer_360', null,
        'How many customers do we recognise, grade, reach and treat by name?',
        '알아보고, 등급을 매기고, 연락할 수 있는 고객은 몇 명인가?'
    ),
    (
        'Q091', 'managers', 'spend_by_tenure', 'orders.ordered_at',
        'Do customers spend more the longer we know them?',
        '오래 알수록 고객은 더 쓰는가?'
    ),
    (
        'Q092', 'managers', 'value_needs_quadrants', 'products.department',
        'Where does it pay to treat customers one by one?',
        '고객을 일대일로 대하는 것이 이익인 분야는 어디인가?'
    ),
    (
        'Q096', 'managers', 'question_catalogue', null,
        'Which list serves whom: analysts, sales, partners?',
        '어떤 목록이 누구에게 쓰이는가?'
    ),
    (
        'Q104', 'managers', 'ecrm_funnels', 'web_requests.requested_at',
        'How does each step from first sight to repurchase do?',
        '첫 만남에서 재구매까지 각 단계는 어떠한가?'
    ),
    (
        'Q105', 'managers', 'spend_by_tenure', 'orders.ordered_at',
        'When has a customer paid back what it cost to begin with?',
        '고객은 처음 든 비용을 언제 되갚는가?'
    ),
    (
        'Q106', 'managers', 'customer_grades', 'customers.province',
        'Where do our loyal customers live?',
        '우리 충성 고객은 어디에 사는가?'
    ),
    (
        'Q129', 'managers', 'rep_handovers', 'employees.resigned_date',
        'Our man left, the customer signs today: what do we know?',
        '담당자는 떠났고 고객은 오늘 서명한다. 무엇을 아는가?'
    ),
    (
        'Q130', 'managers', 'open_promises', 'interactions.due_at',
        'What did our people promise, and what is overdue?',
        '직원들이 무엇을 약속했고, 무엇이 기한을 넘겼는가?'
    ),
    (
        'Q131', 'managers', 'fct_quotes', 'quotes.quoted_at',
        'Whom of sales shall I send for the large order?',
        '큰 주문에는 어느 영업 사원을 보낼까?'
    ),
    (
        'Q132', 'managers', 'fct_service_cases',
        'service_cases.employee_id service_cases.reason_code',
        'Whom of service shall I send for the hard repair?',
        '어려운 수리에는 누구를 보낼까?'
    ),
    (
        'Q133', 'managers', 'customer_360', null,
        'Does anybody see the whole customer?',
        '고객 전체를 보는 사람이 있는가?'
    ),
    (
        'Q142', 'managers', 'textbook_scoreboard', 'order_lines.unit_cost',
        'Do the best 15 in a hundred bring 85 % of our profit?',
        '상위 15% 고객이 이익의 85%를 가져오는가?'
    ),
    (
        'Q143', 'managers', 'cohort_retention', 'orders.ordered_at',
        'How did those we won three years ago grow since?',
        '3년 전에 얻은 고객은 그 뒤 얼마나 커졌는가?'
    ),
    (
        'Q145', 'managers', 'price_realisation',
        'orders.channel_code products.department',
        'Do web and branches sell different things, or take from each other?',
        '웹과 매장은 다른 것을 파는가, 서로 빼앗는가?'
    ),
    (
        'Q146', 'managers', 'textbook_scoreboard',
        'channels.channel_group_code orders.channel_code',
        'Do seven of ten new customers come to a branch first?',
        '신규 고객 열 명 중 일곱은 지점을 먼저 찾는가?'
    ),
    (
        'Q148', 'managers', 'cohort_retention', 'orders.ordered_at',
        'Once a customer, for ever a customer?',
        '한번 고객은 영원한 고객인가?'
    ),
    (
        'Q149', 'managers', 'question_catalogue', null,
        'Which part of our systems answers which question?',
        '어떤 시스템이 어떤 질문에 답하는가?'
    ),
    (
        'Q152', 'managers', 'customer_grades', null,
        'Which grade does each customer have, and by which rule?',
        '고객마다 등급은 무엇이고, 어떤 기준에 따른 것인가?'
    ),
    (
        'Q154', 'managers', 'customer_profits', null,
        'Do the numbers by customer add up to the books?',
        '고객별 숫자를 더하면 장부와 맞는가?'
    )
{%- endmacro %}

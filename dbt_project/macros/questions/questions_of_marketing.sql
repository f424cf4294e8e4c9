{# What marketing asks. Rows of `int_questions`. #}
{% macro questions_of_marketing() -%}
    (
        'Q001', 'marketing', 'contact_backlash', 'campaign_contacts.contact_id',
        'Do our contacts drive customers away?',
        '우리의 연락이 오히려 고객을 떠나게 하지 않는가?'
    ),
    (
        'Q004', 'marketing', 'contact_pressure',
        'campaign_contacts.contact_id campaign_responses.response_id',
        'By which contacts do customers answer, and when do they stop?',
        '고객은 어떤 연락에 반응하고, 언제부터 반응하지 않는가?'
    ),
    (
        'Q005', 'marketing', 'fct_interactions', 'interactions.interaction_id',
        'By which channels do customers and we speak to each other?',
        '고객과 우리는 어떤 채널로 대화하는가?'
    ),
    (
        'Q006', 'marketing', 'next_best_products', 'products.category',
        'What could we sell to customers whom we have already?',
        '이미 확보한 고객에게 무엇을 더 팔 수 있는가?'
    ),
    (
        'Q015', 'marketing', 'next_best_products', null,
        'What shall we offer to whom next?',
        '누구에게 다음으로 무엇을 제안할까?'
    ),
    (
        'Q027', 'marketing', 'cohort_retention', 'orders.ordered_at',
        'Do customers stay less long than those before them?',
        '요즘 고객은 예전 고객보다 빨리 떠나는가?'
    ),
    (
        'Q029', 'marketing', 'customer_360', null,
        'Of whom do we know how much, and what is missing?',
        '누구에 대해 얼마나 알고, 무엇이 빠져 있는가?'
    ),
    (
        'Q031', 'marketing', 'customer_segments', null,
        'Which kinds of customers have we, by what they do?',
        '행동으로 보면 어떤 유형의 고객이 있는가?'
    ),
    (
        'Q033', 'marketing', 'lead_quality', 'leads.received_at',
        'Where do the best new customers come from?',
        '가장 좋은 신규 고객은 어디서 오는가?'
    ),
    (
        'Q034', 'marketing', 'churn_predictions', null,
        'Who is about to leave us, and why?',
        '누가 곧 떠나려 하며, 왜인가?'
    ),
    (
        'Q035', 'marketing', 'churn_predictions', null,
        'Who has fallen asleep by the own rhythm of buying?',
        '자신의 구매 주기에 비해 잠든 고객은 누구인가?'
    ),
    (
        'Q037', 'marketing', 'channel_cohorts', null,
        'How did new customers come, and do they buy again?',
        '신규 고객은 어떻게 왔고, 다시 사는가?'
    ),
    (
        'Q039', 'marketing', 'cross_sell_rules', null,
        'What is bought together more often than by chance?',
        '우연보다 자주 함께 팔리는 것은 무엇인가?'
    ),
    (
        'Q040', 'marketing', 'repurchase_dues', null,
        'Who is due to buy what again, and when?',
        '누가 무엇을 언제 다시 살 때가 되었는가?'
    ),
    (
        'Q042', 'marketing', 'customer_segments', null,
        'Which small groups of customers are worth a look of their own?',
        '따로 살펴볼 만한 작은 고객 집단은 어디인가?'
    ),
    (
        'Q047', 'marketing', 'campaign_results', 'campaign_contacts.arm_code',
        'Which campaigns work?',
        '어떤 캠페인이 효과가 있는가?'
    ),
    (
        'Q052', 'marketing', 'campaign_results',
        'campaign_contacts.content_code campaign_contacts.arm_code',
        'Does the offer count for more than the way it is told?',
        '전달 방식보다 제안 내용이 더 중요한가?'
    ),
    (
        'Q056', 'marketing', 'channel_cohorts', 'channels.is_online',
        'Do customers on line differ from those of the branches?',
        '온라인 고객은 매장 고객과 다른가?'
    ),
    (
        'Q058', 'marketing', 'model_evaluations', null,
        'Can anything be learnt from our data, and how well?',
        '우리 데이터로 예측할 수 있는가, 얼마나 잘?'
    ),
    (
        'Q059', 'marketing', 'order_steps', 'web_requests.order_id',
        'At which step of an order do people give up on line?',
        '온라인 주문은 어느 단계에서 포기되는가?'
    ),
    (
        'Q060', 'marketing', 'fct_referrals', 'referrals.referred_at',
        'Who brings us other customers?',
        '누가 다른 고객을 데려오는가?'
    ),
    (
        'Q061', 'marketing', 'customer_segments', null,
        'How are customers parted, and what is fitting for each part?',
        '고객은 어떻게 나뉘고, 각각 무엇이 알맞은가?'
    ),
    (
        'Q066', 'marketing', 'campaign_results',
        'campaign_contacts.cost_amount campaign_contacts.arm_code',
        'What do we pay for a purchase that would not have come anyway?',
        '캠페인이 없었다면 없었을 구매 한 건에 얼마를 쓰는가?'
    ),
    (
        'Q073', 'marketing', 'fct_campaign_contacts', 'campaign_contacts.cost_amount',
        'Which is the cheapest way that still reaches a customer?',
        '고객에게 닿는 가장 저렴한 방법은 무엇인가?'
    ),
    (
        'Q074', 'marketing', 'model_evaluations', null,
        'Do the models foretell better than a simple rule?',
        '모형은 단순한 규칙보다 잘 맞히는가?'
    ),
    (
        'Q076', 'marketing', 'fct_campaign_contacts',
        'campaign_contacts.cost_amount channels.is_online',
        'Is it dearer to win customers on line than in a branch?',
        '온라인 고객 획득이 매장보다 더 비싼가?'
    ),
    (
        'Q079', 'marketing', 'customer_segments', null,
        'Who bought lately, often and for much?',
        '최근에, 자주, 많이 산 고객은 누구인가?'
    ),
    (
        'Q084', 'marketing', null, 'product_options.option_code',
        'Which variants do which customers choose?',
        '어떤 고객이 어떤 옵션을 고르는가?'
    ),
    (
        'Q085', 'marketing', 'value_needs_quadrants', 'products.department',
        'How much do customers differ in what they want?',
        '고객의 욕구는 서로 얼마나 다른가?'
    ),
    (
        'Q086', 'marketing', null, 'products.customisation_code',
        'Which way of fitting products to customers pays?',
        '어떤 방식의 맞춤 상품이 이익이 되는가?'
    ),
    (
        'Q087', 'marketing', 'fct_page_views', 'web_requests.requested_at',
        'What do visitors look at before they buy?',
        '방문자는 사기 전에 무엇을 보는가?'
    ),
    (
        'Q090', 'marketing', 'campaign_results',
        'campaign_contacts.cost_amount campaign_responses.response_id',
        'What does a contact cost that achieves something?',
        '효과를 낸 연락 한 건의 비용은 얼마인가?'
    ),
    (
        'Q093', 'marketing', 'campaign_results',
        'campaign_contacts.arm_code campaign_contacts.content_code',
        'Does a personal offer bring more than the same for all?',
        '개인화한 제안이 똑같은 제안보다 더 가져오는가?'
    ),
    (
        'Q094', 'marketing', 'fct_interactions', 'interactions.rating',
        'Which products are praised, and which are blamed?',
        '어떤 상품이 칭찬받고, 어떤 상품이 비판받는가?'
    ),
    (
        'Q095', 'marketing', 'lead_quality', 'leads.received_at',
        'How many prospects become customers?',
        '잠재 고객 중 몇 명이 고객이 되는가?'
    ),
    (
        'Q098', 'marketing', 'next_best_products', null,
        'What is the right next step for this one customer?',
        '이 한 고객에게 맞는 다음 행동은 무엇인가?'
    ),
    (
        'Q099', 'marketing', 'ecrm_funnels', 'web_requests.requested_at',
        'Whom do we lose before, at and after the sale on line?',
        '온라인 판매 전, 중, 후 어디에서 고객을 잃는가?'
    ),
    (
        'Q107', 'marketing', 'fct_surveys', 'surveys.score referrals.referred_at',
        'Who speaks well of us, and who ill?',
        '누가 우리를 좋게 말하고, 누가 나쁘게 말하는가?'
    ),
    (
        'Q108', 'marketing', 'cross_sell_rules', 'products.category',
        'Which assortment suits which customers?',
        '어떤 상품 구성이 어떤 고객에게 맞는가?'
    ),
    (
        'Q109', 'marketing', 'fct_page_views', 'web_requests.customer_id',
        'What does a customer look at, and what does it tell of the taste?',
        '고객이 본 것에서 어떤 취향이 드러나는가?'
    ),
    (
        'Q114', 'marketing', 'campaign_results',
        'campaign_contacts.cost_amount campaigns.budget_amount',
        'What came back for the money we spent on campaigns?',
        '캠페인에 쓴 돈은 무엇으로 돌아왔는가?'
    ),
    (
        'Q115', 'marketing', 'lead_quality', 'leads.received_at',
        'What shall we do with all the cards from the fair?',
        '전시회에서 모은 명함을 어떻게 할까?'
    ),
    (
        'Q116', 'marketing', 'fct_registrations', 'registrations.attended_at',
        'Did those who came to our event remember us?',
        '행사에 온 사람들은 우리를 기억했는가?'
    ),
    (
        'Q117', 'marketing', 'lead_quality', 'leads.contacted_at',
        'How many of them has anybody from sales spoken to?',
        '그중 영업 사원이 만난 사람은 몇 명인가?'
    ),
    (
        'Q118', 'marketing', 'lead_quality', 'leads.received_at',
        'Which prospects are most likely to buy?',
        '어느 잠재 고객이 살 가능성이 가장 큰가?'
    ),
    (
        'Q119', 'marketing', 'contact_pressure', 'campaign_contacts.content_code',
        'Do we send the same people the same thing again and again?',
        '같은 사람에게 같은 것을 되풀이해 보내는가?'
    ),
    (
        'Q120', 'marketing', 'visitor_recognition', 'web_requests.requested_at',
        'Visits grow, but who are these people?',
        '방문은 느는데, 그들은 누구인가?'
    ),
    (
        'Q134', 'marketing', 'customer_segments', 'customers.province',
        'Which groups are there by value, place, behaviour and channel?',
        '가치, 지역, 행동, 채널별로 어떤 집단이 있는가?'
    ),
    (
        'Q135', 'marketing', 'value_needs_quadrants', 'products.department',
        'What are customers worth in each line of business?',
        '사업 부문마다 고객의 가치는 얼마인가?'
    ),
    (
        'Q136', 'marketing', 'campaign_results', 'campaign_contacts.arm_code',
        'Do our programmes of keeping customers keep them?',
        '고객 유지 프로그램은 고객을 지키는가?'
    ),
    (
        'Q138', 'marketing', 'dim_households', 'households.household_composition',
        'In which stage of life are our customers?',
        '고객은 인생의 어느 단계에 있는가?'
    ),
    (
        'Q139', 'marketing', 'model_evaluations', null,
        'Was the model tried on customers before it was used on all?',
        '모형을 모두에게 쓰기 전에 시험해 보았는가?'
    ),
    (
        'Q140', 'marketing', 'customer_360', 'customers.registered_at',
        'Which of our knowledge of customers has grown old?',
        '고객에 대해 아는 것 중 낡은 것은 무엇인가?'
    ),
    (
        'Q144', 'marketing', null, 'customers.interest_code',
        'Which hobbies do our best customers share?',
        '가장 좋은 고객들은 어떤 취미를 함께하는가?'
    ),
    (
        'Q150', 'marketing', 'fct_page_views', 'web_requests.customer_id',
        'Which pages interest which customer now?',
        '지금 어떤 고객이 어떤 내용에 관심이 있는가?'
    ),
    (
        'Q151', 'marketing', 'customer_segments', null,
        'Who are the key, the good, the leaving and the sleeping ones?',
        '핵심, 우수, 이탈, 휴면 고객은 누구인가?'
    ),
    (
        'Q153', 'marketing', 'customer_360', 'customers.birth_date',
        'Of how many customers do we know age and place?',
        '나이와 지역을 아는 고객은 몇 명인가?'
    )
{%- endmacro %}

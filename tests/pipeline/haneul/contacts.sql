-- What passes between Haneul Mart and its members besides receipts. Tables and views
-- are as in shop.sql, which comes first; columns are called as the source contract
-- calls them.
create function keep_versions(entity text, key text, columns text) returns void
language plpgsql as $$
begin
    execute format(
        'create table %1$s_versions (%2$s, updated_at timestamptz not null,'
        ' is_deleted boolean not null default false)', entity, columns
    );
    execute format(
        'create view %1$s as select distinct on (%2$s) * from %1$s_versions'
        ' where updated_at < (select now from clock)'
        ' order by %2$s, updated_at desc', entity, key
    );
end $$;
select keep_versions('staff', 'employee_id', 'employee_id text, team_code text,
    store_id text, employee_status text, resigned_date date');
select keep_versions('families', 'household_id', 'household_id text, age_band text');
select keep_versions('firms', 'account_id', 'account_id text, account_name text,
    account_type_code text, employee_id text');
select keep_versions('bills', 'payment_id', 'payment_id text, order_id text,
    due_amount numeric, billed_at timestamptz, due_date date, paid_at timestamptz,
    payment_status text');
select keep_versions('refunds', 'return_id', 'return_id text, order_id text, line_id text,
    quantity numeric, refund_amount numeric, returned_at timestamptz,
    is_restocked boolean, reason_code text');
select keep_versions('complaints', 'case_id', 'case_id text, customer_id text,
    employee_id text, product_id text, reason_code text, cost_amount numeric,
    opened_at timestamptz, promised_at timestamptz, visited_at timestamptz,
    solved_at timestamptz');
select keep_versions('offers', 'quote_id, line_id', 'quote_id text, line_id text,
    customer_id text, employee_id text, product_id text, quantity numeric,
    unit_price_amount numeric, quoted_at timestamptz, quote_status text,
    decided_at timestamptz');
select keep_versions('cards', 'lead_id', 'lead_id text, phone text, email text,
    customer_id text, employee_id text, product_id text, campaign_id text,
    received_at timestamptz, lead_status text');
select keep_versions('talks', 'interaction_id', 'interaction_id text, customer_id text,
    interaction_type_code text, channel_code text, employee_id text, product_id text,
    cost_amount numeric, started_at timestamptz, due_at timestamptz,
    done_at timestamptz');
select keep_versions('statements', 'customer_id, channel_code, purpose_code, changed_at',
    'customer_id text, channel_code text, purpose_code text, consent_state text,
    changed_at timestamptz');
select keep_versions('seats', 'registration_id', 'registration_id text, customer_id text,
    lead_id text, event_code text, registered_at timestamptz, attended_at timestamptz');
select keep_versions('questions', 'survey_id', 'survey_id text, customer_id text,
    employee_id text, case_id text, question_code text, score numeric,
    asked_at timestamptz');
select keep_versions('recommendations', 'referral_id', 'referral_id text,
    customer_id text, referred_customer_id text, reward_amount numeric,
    referred_at timestamptz, joined_at timestamptz');
select keep_versions('ways', 'channel_code', 'channel_code text, channel_name text');
select keep_versions('causes', 'reason_group_code, reason_code', 'reason_group_code text,
    reason_code text, reason_name text');

-- The history: two of a household, two who buy for a firm, and their seller E1; of M99,
-- M31, P99, JANUARY, K8 and E9 nobody has told yet.
update member_versions set household_id = 'H1' where member_no in ('M01', 'M03');
update member_versions set account_id = 'A1', employee_id = 'E1'
where member_no in ('M02', 'M05');
insert into staff_versions values
('E1', 'north', 'S01', 'active', null, '2023-06-01 09:00+09'),
('E2', 'south', 'S02', 'active', null, '2023-06-01 09:00+09');
insert into families_versions values ('H1', '30s', '2023-06-01 09:00+09');
insert into firms_versions values
('A1', 'Firm 1', 'corporate', 'E1', '2023-06-01 09:00+09');
insert into ways_versions values
('store', 'Store', '2023-06-01 09:00+09'),
('sms', 'Message', '2023-06-01 09:00+09');
insert into causes_versions values
('service', 'broken', 'Broken', '2023-06-01 09:00+09');
insert into bills_versions values
('B1', 'R2828', 28000, '2024-02-01 09:00+09', '2024-02-10', null, null,
    '2024-02-01 09:00+09'),
('B2', 'R1414', 14000, '2024-02-01 09:00+09', '2024-02-10', null, null,
    '2024-02-01 09:00+09'),
('B3', 'JANUARY', 900, '2024-02-01 09:00+09', null, '2024-02-02 09:00+09', 'paid',
    '2024-02-02 09:00+09');
insert into refunds_versions values
('T1', 'R2828', '1', 1, 16800, '2024-02-05 10:00+09', true, 'spoilt',
    '2024-02-05 10:00+09'),
('T2', 'R2814', '2', 1, 5600, '2024-02-05 10:00+09', true, null, '2024-02-05 10:00+09'),
('T3', 'JANUARY', '1', 1, 900, '2024-02-05 10:00+09', false, null, '2024-02-05 10:00+09');
insert into complaints_versions values
('C1', 'M05', 'E1', 'P01', 'broken', null, '2024-02-20 10:00+09', '2024-02-28 12:00+09',
    null, null, '2024-02-20 10:00+09'),
('C2', 'M99', 'E9', 'P99', 'noise', null, '2024-02-26 10:00+09', null,
    null, null, '2024-02-26 10:00+09');
insert into offers_versions values
('O1', '1', 'M27', 'E9', 'P99', 2, 5000, '2024-02-20 10:00+09', null, null,
    '2024-02-20 10:00+09'),
('O1', '2', 'M27', 'E9', 'P01', 3, 800, '2024-02-20 10:00+09', null, null,
    '2024-02-20 10:00+09');
insert into cards_versions values
('L1', '010 5555 0031', null, null, 'E1', 'P99', 'K8', '2024-02-20 10:00+09', 'new',
    '2024-02-20 10:00+09'),
('L2', '-', ' MEMBER5@example.com', null, 'E1', null, null, '2024-02-20 10:00+09', 'new',
    '2024-02-20 10:00+09'),
('L3', '010-5555-0009', null, null, 'E9', null, 'K1', '2024-02-20 10:00+09', 'new',
    '2024-02-20 10:00+09'),
('L4', '-', null, null, null, null, null, '2024-02-20 10:00+09', 'new',
    '2024-02-20 10:00+09');
insert into talks_versions values
('I1', 'M05', 'call', 'phone', 'E1', 'P99', 100, '2024-02-20 11:00+09', null, null,
    '2024-02-20 11:00+09'),
('I2', 'M27', 'mail', 'email', 'E9', null, null, '2024-02-20 11:00+09',
    '2024-02-28 12:00+09', null, '2024-02-20 11:00+09'),
('I3', 'M99', 'gift', 'store', 'E2', 'P01', 5000, '2024-02-20 11:00+09', null, null,
    '2024-02-20 11:00+09');
insert into statements_versions values
('M01', 'sms', 'advertising', 'granted', '2024-01-01 12:00+09', '2024-01-01 12:00+09'),
('M27', 'sms', 'advertising', 'granted', '2024-01-01 12:00+09', '2024-01-01 12:00+09'),
('M26', 'all', 'advertising', 'refused', '2024-01-01 12:00+09', '2024-01-01 12:00+09'),
('M99', 'sms', 'data_use', null, '2024-01-01 12:00+09', '2024-01-01 12:00+09');
insert into seats_versions values
('G1', 'M05', null, 'fair', '2024-02-20 11:00+09', null, '2024-02-20 11:00+09'),
('G2', null, 'L1', 'fair', '2024-02-20 11:00+09', null, '2024-02-20 11:00+09');
insert into questions_versions values
('V1', 'M05', 'E1', 'C1', 'csat', 5, '2024-02-21 11:00+09', '2024-02-21 11:00+09'),
('V2', 'M99', 'E9', 'C2', 'csat', null, '2024-02-26 11:00+09', '2024-02-26 11:00+09');
insert into recommendations_versions values
('F1', 'M01', 'M31', 5000, '2024-02-20 11:00+09', null, '2024-02-20 11:00+09'),
('F2', 'M27', 'M26', null, '2024-02-20 11:00+09', null, '2024-02-20 11:00+09');

-- 27 February: what was done a week ago arrives; a bill is paid late, of a receipt that
-- is voided.
insert into bills_versions values
('B1', 'R2828', 28000, '2024-02-01 09:00+09', '2024-02-10', '2024-02-27 09:00+09', 'paid',
    '2024-02-27 09:00+09');
insert into refunds_versions values
('T4', 'R0707', '1', 1, 4200, '2024-02-20 10:00+09', false, null, '2024-02-27 09:00+09');
insert into cards_versions values
('L5', null, 'member30@example.com', null, null, null, null, '2024-02-20 10:00+09',
    'new', '2024-02-27 09:00+09');
insert into statements_versions values
('M02', 'kakao', 'advertising', 'granted', '2024-02-20 12:00+09', '2024-02-27 12:00+09');

-- 28 February: a repair comes at the promised minute; who is told of has no telephone;
-- a reason that was used before is explained.
insert into complaints_versions values
('C1', 'M05', 'E1', 'P01', 'broken', 3000, '2024-02-20 10:00+09', '2024-02-28 12:00+09',
    '2024-02-28 12:00+09', null, '2024-02-28 13:00+09');
update member_versions set phone = '-' where member_no = 'M99';
insert into causes_versions values
('return', 'spoilt', 'Spoilt', '2024-02-28 09:00+09');

-- 29 February: one seller changes the team, another is told of; a mail was answered
-- after its time; there is a new channel.
insert into ways_versions values
('kakao', 'Kakao', '2024-02-29 09:00+09');
insert into staff_versions values
('E1', 'south', 'S02', 'active', null, '2024-02-29 10:00+09'),
('E9', 'west', 'S60', 'active', null, '2024-02-29 10:00+09');
insert into talks_versions values
('I2', 'M27', 'mail', 'email', 'E9', null, null, '2024-02-20 11:00+09',
    '2024-02-28 12:00+09', '2024-02-29 12:00+09', '2024-02-29 12:00+09'),
('I4', 'M05', 'visit', 'store', 'E1', null, 700, '2024-02-29 11:00+09', null, null,
    '2024-02-29 12:00+09');

-- 1 March: a household moves, a firm is renamed; a member gets the number of another;
-- a refund and an offer are corrected; an answer is taken back; a permission is
-- withdrawn, and one of January arrives; a channel is no more.
insert into ways_versions values ('sms', null, '2024-03-01 09:00+09', true);
insert into families_versions values ('H1', '40s', '2024-03-01 10:00+09');
insert into firms_versions values
('A1', 'Firm One', 'corporate', 'E2', '2024-03-01 10:00+09');
insert into member_versions
select
    member_no, full_name, '010-5555-0009', email, address, born_on, province, district,
    joined_at, '2024-03-01 10:00+09'
from member_versions where member_no = 'M08';
insert into member_versions
select
    member_no, full_name, phone, email, address, born_on, province, district,
    joined_at, '2024-03-01 11:00+09', false, null
from member_versions where member_no = 'M03';
insert into refunds_versions values
('T1', 'R2828', '1', 2, 16800, '2024-02-05 10:00+09', true, 'spoilt',
    '2024-03-01 10:00+09');
insert into offers_versions values
('O1', '1', 'M27', 'E9', 'P99', 2, 4500, '2024-02-20 10:00+09', 'won',
    '2024-03-01 10:00+09', '2024-03-01 10:00+09');
insert into questions_versions values
('V1', null, null, null, null, null, null, '2024-03-01 10:00+09', true);
insert into statements_versions values
('M01', 'sms', 'advertising', 'withdrawn', '2024-03-01 12:00+09', '2024-03-01 12:00+09'),
('M03', 'post', 'advertising', 'refused', '2024-01-10 12:00+09', '2024-03-01 12:00+09');

-- 2 March: a seller resigns; a campaign is told of whose card is there; a bill, a gift
-- and a permission were wrong; a reason has another name.
insert into causes_versions values
('service', 'broken', 'Out of order', '2024-03-02 09:00+09');
insert into staff_versions values
('E1', 'south', 'S02', 'resigned', '2024-03-02', '2024-03-02 10:00+09');
insert into campaigns_all values
('K8', 'Fair', '2024-02-15', '2024-02-25', 500000, '2024-03-02 09:00+09');
insert into bills_versions values
('B2', null, null, null, null, null, null, '2024-03-02 10:00+09', true);
insert into talks_versions values
('I3', null, null, null, null, null, null, null, null, null, '2024-03-02 10:00+09', true);
insert into statements_versions values
('M01', 'sms', 'advertising', null, '2024-01-01 12:00+09', '2024-03-02 12:00+09', true);
insert into recommendations_versions values
('F1', 'M01', 'M31', 5000, '2024-02-20 11:00+09', '2024-02-27 11:00+09',
    '2024-03-02 11:00+09');

-- 3 March: the number is its member's alone again; a case is solved, a seat taken, a
-- card won; one line of an offer is taken back, and a refund was of the other line.
insert into member_versions
select
    member_no, full_name, phone, email, address, born_on, province, district,
    joined_at, '2024-03-03 10:00+09'
from member_versions where member_no = 'M08' and phone <> '010-5555-0009';
insert into complaints_versions values
('C2', 'M99', 'E9', 'P99', 'noise', 0, '2024-02-26 10:00+09', null, null,
    '2024-03-03 10:00+09', '2024-03-03 10:00+09');
insert into seats_versions values
('G1', 'M05', null, 'fair', '2024-02-20 11:00+09', '2024-03-03 11:00+09',
    '2024-03-03 11:00+09');
insert into cards_versions values
('L5', null, 'member30@example.com', 'M30', null, null, null, '2024-02-20 10:00+09',
    'won', '2024-03-03 11:00+09');
insert into offers_versions values
('O1', '2', null, null, null, null, null, null, null, null, '2024-03-03 10:00+09', true);
insert into refunds_versions values
('T2', 'R2814', '1', 1, 8400, '2024-02-05 10:00+09', true, null, '2024-03-03 10:00+09');

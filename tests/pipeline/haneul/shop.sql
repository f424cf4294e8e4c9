-- The shop of Haneul Mart. Every table keeps all versions of its rows; the views show
-- the shop as it is at the moment on `clock`, so that a night may be read again, or
-- late, and finds what it would have found.
create table clock (now timestamptz not null);
insert into clock values ('2024-02-27 02:00+09');

create table member_versions (
    member_no text, full_name text, phone text, email text, address text,
    born_on date, province text, district text,
    joined_at timestamptz, updated_at timestamptz not null,
    erased boolean not null default false,
    household_id text, account_id text, employee_id text
);
create table member_merges_all (
    member_no text, into_member_no text, merged_at timestamptz not null
);
create table article_versions (
    article_no text, title text, shelf text, unit_cost numeric,
    updated_at timestamptz not null
);
create table branches_all (
    branch_no text, branch_name text, opened_at timestamptz, closed_at timestamptz
);
create table campaigns_all (
    campaign_no text, title text, starts_on date, ends_on date, budget numeric,
    announced_at timestamptz
);
create table mailings_all (
    mailing_no text, campaign_no text, member_no text, mailed_on date,
    created_at timestamptz not null
);
create table redemptions_all (
    redemption_no text, campaign_no text, member_no text, redeemed_on date,
    created_at timestamptz not null
);
create table receipt_versions (
    receipt_no text, member_no text, branch_no text, sold_at timestamptz,
    voided_at timestamptz, updated_at timestamptz not null
);
create table receipt_item_versions (
    receipt_no text, line_no integer, article_no text, quantity numeric,
    list_amount numeric, paid_amount numeric, updated_at timestamptz not null,
    removed boolean not null default false
);
create table app_event_versions (
    event_no text, device text, screen text, article_no text, receipt_no text,
    seen_at timestamptz, updated_at timestamptz not null,
    removed boolean not null default false
);

-- told version by version, as an audit table does
create view member_log as
select * from member_versions where updated_at < (select now from clock);
create view members as
select distinct on (member_no) * from member_versions
where updated_at < (select now from clock) order by member_no, updated_at desc;
create view member_merges as
select * from member_merges_all where merged_at < (select now from clock);
create view articles as
select distinct on (article_no) * from article_versions
where updated_at < (select now from clock) order by article_no, updated_at desc;
create view branches as
select branch_no, branch_name from branches_all, clock
where opened_at < now and (closed_at is null or closed_at >= now);
create view campaigns as
select * from campaigns_all where announced_at < (select now from clock);
create view mailings as
select * from mailings_all where created_at < (select now from clock);
create view redemptions as
select * from redemptions_all where created_at < (select now from clock);
create view receipts as
select distinct on (receipt_no) * from receipt_versions
where updated_at < (select now from clock) order by receipt_no, updated_at desc;
create view receipt_items as
select distinct on (receipt_no, line_no) * from receipt_item_versions
where updated_at < (select now from clock)
order by receipt_no, line_no, updated_at desc;
create view app_events as
select distinct on (event_no) * from app_event_versions
where updated_at < (select now from clock) order by event_no, updated_at desc;

-- Thirty members, ten articles, sixty branches, one campaign to ten members.
insert into member_versions
select
    'M' || lpad(k::text, 2, '0'), 'Name of ' || k, '010-5555-' || lpad(k::text, 4, '0'),
    'member' || k || '@example.com', k || ' Mapo-daero', date '1980-01-01' + k * 100,
    'Seoul', 'Mapo-gu', '2023-06-01 09:00+09', '2023-06-01 09:00+09'
from generate_series(1, 30) as k;
insert into article_versions
select
    'P' || lpad(k::text, 2, '0'), 'Article ' || k, 'Shelf ' || k % 3, 100,
    '2023-06-01 09:00+09'
from generate_series(1, 10) as k;
insert into branches_all
select 'S' || lpad(k::text, 2, '0'), 'Branch ' || k, '2023-06-01 09:00+09', null
from generate_series(1, 60) as k;
insert into campaigns_all values
('K1', 'Spring', '2024-02-01', '2024-02-29', 1000000, '2024-01-20 09:00+09');
insert into mailings_all
select
    'N' || lpad(k::text, 2, '0'), 'K1', 'M' || lpad(k::text, 2, '0'), '2024-02-05',
    '2024-02-05 09:00+09'
from generate_series(1, 10) as k;
insert into redemptions_all values
('Q1', 'K1', 'M01', '2024-02-10', '2024-02-10 12:30+09');

-- Member k of 28 buys every k days from 1 January, k minutes after noon, for 1,000 x k
-- won in two lines; member 29 bought on 1 January only, member 30 never.
-- R0728 is the receipt of day 7 (8 January) to member 28.
create temporary table purchases as
select
    k,
    'R' || lpad(d::text, 2, '0') || lpad(k::text, 2, '0') as receipt_no,
    '2024-01-01 12:00+09'::timestamptz + d * interval '1 day' + k * interval '1 minute'
        as sold_at
from generate_series(1, 29) as k cross join generate_series(0, 62) as d
where d % k = 0 and (k < 29 or d = 0);
insert into receipt_versions
select
    receipt_no, 'M' || lpad(k::text, 2, '0'),
    'S' || lpad((1 + k % 20)::text, 2, '0'), sold_at, null, sold_at
from purchases;
insert into receipt_item_versions
select
    receipt_no, 1, 'P' || lpad((1 + k % 10)::text, 2, '0'), 1, 700 * k, 600 * k, sold_at
from purchases
union all
select
    receipt_no, 2, 'P' || lpad((1 + (k + 1) % 10)::text, 2, '0'), 1, null, 400 * k,
    sold_at
from purchases;

-- 27 February: a receipt of a week ago arrives; one moves to another member; one is
-- voided; somebody joins and buys; nobody knows a buyer, a branch and an article;
-- a line is given back and one is free; midnight passes; a branch closes.
insert into receipt_versions values
('LATE', 'M30', 'S01', '2024-02-20 15:00+09', null, '2024-02-27 08:00+09'),
('R0029', 'M28', 'S10', '2024-01-01 12:29+09', null, '2024-02-27 09:00+09'),
(
    'R2828', 'M28', 'S09', '2024-01-29 12:28+09',
    '2024-02-27 10:00+09', '2024-02-27 10:00+09'
),
('NEW', 'M31', 'S01', '2024-02-27 14:00+09', null, '2024-02-27 14:00+09'),
('NOBODY', 'M99', 'S99', '2024-02-27 13:00+09', null, '2024-02-27 13:00+09'),
('BACK', 'M02', 'S03', '2024-02-27 16:00+09', null, '2024-02-27 16:00+09'),
('BEFORE', 'M01', 'S02', '2024-02-27 23:59+09', null, '2024-02-27 23:59+09'),
('AFTER', 'M01', 'S02', '2024-02-28 00:01+09', null, '2024-02-28 00:01+09');
insert into receipt_item_versions values
('LATE', 1, 'P01', 1, 5000, 5000, '2024-02-27 08:00+09'),
('NEW', 1, 'P02', 3, 3000, 3000, '2024-02-27 14:00+09'),
('NOBODY', 1, 'P99', 2, 2000, 2000, '2024-02-27 13:00+09'),
('BACK', 1, 'P03', -1, -700, -700, '2024-02-27 16:00+09'),
('BACK', 2, 'P04', 0, 0, 0, '2024-02-27 16:00+09'),
('BEFORE', 1, 'P05', 1, 100, 100, '2024-02-27 23:59+09'),
('AFTER', 1, 'P05', 1, 200, 200, '2024-02-28 00:01+09');
insert into member_versions values
(
    'M31', 'Name of 31', '010-5555-0031', 'member31@example.com', '31 Mapo-daero',
    '1990-05-05', 'Seoul', 'Mapo-gu', '2024-02-27 11:00+09', '2024-02-27 11:00+09'
);
update branches_all set closed_at = '2024-02-27 20:00+09' where branch_no = 'S20';

-- 28 February: who and what nobody knew is told of; a member moves house, two
-- memberships become one; three more mailings, one of them to nobody; a coupon.
insert into member_versions values
(
    'M99', 'Name of 99', null, null, null, null, 'Busan', 'Suyeong-gu',
    '2024-02-28 09:00+09', '2024-02-28 09:00+09'
),
(
    'M05', 'Name of 5', '010-5555-0005', 'member5@example.com', '5 Suyeong-ro',
    '1981-05-15', 'Busan', 'Suyeong-gu', '2023-06-01 09:00+09', '2024-02-28 10:00+09'
);
insert into member_merges_all values ('M27', 'M26', '2024-02-28 12:00+09');
insert into article_versions values
('P99', 'Article 99', 'Shelf 0', 400, '2024-02-28 09:00+09');
insert into mailings_all values
('N11', 'K1', 'M30', '2024-02-28', '2024-02-28 09:00+09'),
('N12', 'K1', 'M77', '2024-02-28', '2024-02-28 09:00+09'),
('N13', 'K9', 'M01', '2024-02-28', '2024-02-28 09:00+09');
insert into redemptions_all values
('Q2', 'K1', 'M02', '2024-02-28', '2024-02-28 12:40+09');

-- 29 February: the app is there, and shows one device the receipt of member 1.
insert into app_event_versions values
('E1', 'device1', 'article', 'P01', null, '2024-02-29 12:00+09', '2024-02-29 12:00+09'),
('E2', 'device1', 'thanks', null, 'R5901', '2024-02-29 12:01+09', '2024-02-29 12:01+09');

-- 1 March: a member moves house twice in one day; a line is taken off an old receipt.
insert into member_versions values
(
    'M07', 'Name of 7', '010-5555-0007', 'member7@example.com', '7 Haeundae-ro',
    '1981-12-01', 'Busan', 'Haeundae-gu', '2023-06-01 09:00+09', '2024-03-01 09:00+09'
),
(
    'M07', 'Name of 7', '010-5555-0007', 'member7@example.com', '7 Jeju-ro',
    '1981-12-01', 'Jeju', 'Jeju-si', '2023-06-01 09:00+09', '2024-03-01 19:00+09'
);
insert into receipt_item_versions values
('R2814', 2, 'P06', 1, null, 5600, '2024-03-01 10:00+09', true);
insert into app_event_versions values
('E3', 'device2', 'article', 'P02', null, '2024-03-01 12:00+09', '2024-03-01 12:00+09');

-- 2 March: a member asks to be erased; a branch closes; an article costs more; an old
-- receipt gets another buyer, whose device shows it; a receipt of January arrives.
insert into member_versions values
(
    'M20', null, null, null, null, null, null, null, null, '2024-03-02 10:00+09', true
);
update branches_all set closed_at = '2024-03-02 20:00+09' where branch_no = 'S19';
insert into article_versions values
('P03', 'Article 3', 'Shelf 0', 120, '2024-03-02 09:00+09');
insert into receipt_versions values
('R1414', 'M13', 'S15', '2024-01-15 12:14+09', null, '2024-03-02 11:00+09'),
('JANUARY', 'M30', 'S01', '2024-01-20 15:00+09', null, '2024-03-02 08:00+09');
insert into app_event_versions values
('E4', 'device2', 'thanks', null, 'R1414', '2024-03-02 12:00+09', '2024-03-02 12:00+09'),
('E5', 'device3', 'article', 'P03', null, '2024-03-01 22:00+09', '2024-03-02 08:00+09');
insert into receipt_item_versions values
('JANUARY', 1, 'P03', 1, 900, 900, '2024-03-02 08:00+09');

-- 3 March: who was erased joins again; two memberships become one, and with it the two
-- that were one before, which was wrong and is corrected; the voided receipt stands
-- again; the other gets its first buyer back; the branch opens again; what a device
-- saw was another's, and what a third saw was nothing.
insert into member_versions values
(
    'M20', 'Name of 20', null, null, null, null, 'Seoul', 'Jung-gu',
    '2024-03-03 09:00+09', '2024-03-03 09:00+09'
);
insert into member_merges_all values
('M26', 'M25', '2024-03-03 12:00+09'),
('M27', 'M24', '2024-03-03 13:00+09');
insert into receipt_versions values
('R2828', 'M28', 'S09', '2024-01-29 12:28+09', null, '2024-03-03 10:00+09'),
('R1414', 'M14', 'S15', '2024-01-15 12:14+09', null, '2024-03-03 11:00+09');
insert into branches_all values
('S19', 'Branch 19', '2024-03-03 08:00+09', null);
insert into app_event_versions values
('E1', 'device3', 'article', 'P01', null, '2024-02-29 12:00+09', '2024-03-03 09:00+09');
insert into app_event_versions values
('E5', null, null, null, null, null, '2024-03-03 10:00+09', true);

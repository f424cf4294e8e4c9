-- A wholesaler of gifts who keeps everything in one flat table of invoice lines, as
-- spreadsheets and old tills do. Made up, and the same on every machine: whatever looks
-- like chance is read off an MD5 of what it is for.
create function pg_temp.chance(what text) returns double precision
language sql immutable as
$$ select ('x' || left(md5(what), 8))::bit(32)::bigint / 4294967296.0 $$;

create table invoice_lines (
    "InvoiceNo" text,
    "StockCode" text,
    "Description" text,
    "Quantity" integer,
    "InvoiceDate" text,
    "UnitPrice" numeric,
    "CustomerID" text,
    "Country" text
);

create temporary table articles on commit drop as
select
    n as article,
    (20000 + n * 7)::text || case when n % 5 = 0 then 'A' else '' end as code,
    upper(
        (array['red', 'blue', 'vintage', 'wooden', 'glass', 'paper'])[1 + n % 6]
        || ' '
        || (array['lantern', 'teapot', 'bunting', 'candle', 'cushion'])[1 + n / 6 % 5]
        || ' no ' || n
    ) as description,
    round((0.4 + 12 * pg_temp.chance('price ' || n) ^ 2)::numeric, 2) as price
from generate_series(1, 300) as n;

-- 8,000 invoices of a year, on weekdays between nine and five. A fifth are sold over
-- the counter, to nobody known; few customers buy often.
create temporary table invoices on commit drop as
select
    536000 + n as invoice_no,
    case
        when pg_temp.chance('counter ' || n) > 0.2
            then (12000 + floor(700 * pg_temp.chance('customer ' || n) ^ 2.5))::text
    end as customer,
    opened.day + interval '9 hours'
    + interval '1 minute' * floor(480 * pg_temp.chance('minute ' || n)) as invoiced_at,
    1 + floor(18 * pg_temp.chance('length ' || n) ^ 2)::integer as line_count
from generate_series(1, 8000) as n
cross join lateral (
    select timestamp '2024-01-01' + interval '1 day' * (n * 366 / 8001) as day
) as opened
where extract(isodow from opened.day) < 6;

create temporary table lines on commit drop as
select
    invoices.*,
    articles.*,
    line,
    1 + floor(24 * pg_temp.chance('pieces ' || invoice_no || ' ' || line) ^ 2)::integer
        as quantity
from invoices
cross join lateral generate_series(1, line_count) as line
inner join articles
    on articles.article
    = 1 + floor(300 * pg_temp.chance('article ' || invoice_no || ' ' || line) ^ 1.5);

insert into invoice_lines
select
    told.number,
    told.code,
    told.description,
    told.quantity,
    to_char(told.at, 'DD/MM/YYYY HH24:MI'),
    told.price,
    told.customer,
    case
        when told.customer::integer % 10 = 0 then 'France' else 'United Kingdom'
    end
from (
    select
        invoice_no::text as number, code, description, quantity, invoiced_at as at,
        -- a sample costs nothing
        case when pg_temp.chance('sample ' || invoice_no || line) < 0.01 then 0
            else price end as price,
        customer
    from lines
    -- a till that was struck twice: the same line again, and both were sold
    cross join lateral generate_series(
        1, case when pg_temp.chance('twice ' || invoice_no || line) < 0.02
            then 2 else 1 end
    )
    union all
    -- every ninth invoice is cancelled in part, by a document of its own
    select
        'C' || invoice_no, code, description, -quantity,
        invoiced_at
        + interval '1 day' * ceil(20 * pg_temp.chance('back ' || invoice_no)),
        price, customer
    from lines
    where invoice_no % 9 = 0 and line % 2 = 1
    union all
    -- broken goods are written off: no customer, no price, no name
    select
        (590000 + n)::text, code, null, -n % 40 - 1,
        timestamp '2024-01-10 17:30' + interval '3 days' * n, 0, null
    from generate_series(0, 110) as n
    inner join articles on article = 1 + n
) as told
where told.at < timestamp '2025-01-01';

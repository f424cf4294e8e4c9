-- Customers who asked to be forgotten, known by a keyed hash of their number alone, so
-- that a reload does not bring them back.
create table vault.forgotten_customers (
    customer_hash text primary key,
    forgotten_at timestamptz not null default clock_timestamp()
);
comment on table vault.forgotten_customers is
'Customers whose identifiers no load may store again.';
grant select on vault.forgotten_customers to loader;
grant select, insert, delete on vault.forgotten_customers to steward;

-- Personal data that no other schema may hold.
create table vault.customer_identifiers (
    customer_id text primary key,
    full_name text,
    phone text,
    email text,
    street_address text,
    birth_date date,
    source_stamp timestamptz not null,
    batch_id bigint not null
);
comment on table vault.customer_identifiers is
'Who a customer is, one current row each.';

create table vault.quarantine (
    quarantine_id bigint generated always as identity primary key,
    batch_id bigint not null,
    source_name text not null,
    entity text not null,
    -- by which the same row is known when it is told again
    identity text not null,
    -- where a person finds it: a key, or file and line
    locator text not null,
    reason text not null,
    payload bytea not null,
    payload_hash uuid not null,
    quarantined_at timestamptz not null default clock_timestamp(),
    unique (source_name, entity, identity, payload_hash, reason)
);
comment on table vault.quarantine is
'Refused rows, whole, with the reason; they expire.';

grant select, insert, update on vault.customer_identifiers to loader;
grant select, insert on vault.quarantine to loader;
grant select, insert, update, delete on all tables in schema vault to steward;
-- a gate may see why rows were refused, not what they said
grant usage on schema vault to auditor;
grant select (batch_id, source_name, entity, locator, reason, quarantined_at)
on vault.quarantine to auditor;

-- Schemas and who may do what in them. Roles exist already: warehouse/roles.py.
create schema raw;
create schema vault;
create schema staging;
create schema intermediate;
create schema marts_next;
create schema mined;
create schema marts;

revoke all on schema public from public;

grant usage on schema raw, vault, ledger to loader;
grant usage on schema raw, mined, ledger to transformer;
grant usage, create on schema staging, intermediate, marts_next to transformer;
grant usage on schema raw, ledger, staging, intermediate, marts_next, mined, marts
to auditor;
grant usage on schema marts_next, marts, ledger to publisher;
grant usage on schema marts, mined to miner;
grant usage on schema marts to bi_reader, marketing_reader;
grant usage on schema vault to steward;

-- Objects that come later. `owner` runs the migrations and the publications.
alter default privileges in schema raw grant select, insert on tables to loader;
alter default privileges in schema raw grant select on tables to transformer, auditor;
alter default privileges in schema mined
grant select, insert, update, delete on tables to miner;
alter default privileges in schema mined grant select on tables to transformer, auditor;
alter default privileges in schema marts grant select on tables to auditor, miner;

-- What became of refused rows: taken in after all, or left out for a written reason.
alter table vault.quarantine
-- row: as the contract has it; told: as the source has it; line: of a file
add column form text not null default 'row' check (form in ('row', 'told', 'line')),
add column settled_as text check (settled_as in ('retried', 'accepted')),
add column settled_why text,
add column settled_at timestamptz;
update vault.quarantine set form = 'line'
where substring(payload from 1 for 2) <> '\x7b22';

grant update (settled_as, settled_why, settled_at) on vault.quarantine to loader;
grant select (quarantine_id, form, settled_as, settled_why, settled_at)
on vault.quarantine to auditor;

alter table ledger.batches
-- of rows out of the quarantine, not of the source
add column is_retry boolean not null default false,
-- refused rows of this reading that are settled
add column settled_count bigint not null default 0,
add constraint no_more_settled_than_refused
check (settled_count between 0 and quarantined_count);

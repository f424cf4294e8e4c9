-- What left the warehouse: who took which mart where, and whom each place has by now.
create table ledger.exports (
    export_id bigint generated always as identity primary key,
    mart text not null,
    is_changes boolean not null,
    format text not null check (format in ('csv', 'xlsx', 'parquet')),
    place text not null,
    exported_by text not null,
    -- why customers without permission are in it; null: they are not
    everybody_because text,
    as_of_date date not null,
    publication_id bigint not null,
    permissions_as_of_date date,
    permissions_publication_id bigint,
    withheld_row_count bigint not null,
    -- customers by the reason for which they were left out
    withheld_customers jsonb not null,
    row_count bigint,
    sha256 text,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz
);
comment on table ledger.exports is
'Every export of a mart; `finished_at` is null where it broke off.';
comment on column ledger.exports.publication_id is
'Publication of the mart that was exported, in marts.publications.';
comment on column ledger.exports.permissions_publication_id is
'Publication of the permissions that decided; null: the mart names no customer.';

create table ledger.exported_customers (
    export_id bigint not null references ledger.exports,
    customer_id text not null,
    code text not null,
    primary key (export_id, customer_id)
);
comment on table ledger.exported_customers is
'Whom a place may have since its last exports, so that changes can say who left.';

grant select, insert on ledger.exports to auditor;
grant update (row_count, sha256, finished_at) on ledger.exports to auditor;
grant select, insert, delete on ledger.exported_customers to auditor;

-- What has left raw by the retention settings: from `floor_date` on raw is whole.
create table ledger.raw_floors (
    floor_date date primary key,
    -- that day's beginning in the company's time zone
    floor_at timestamptz not null,
    -- the night that raised the floor
    business_date date not null,
    -- the published build whose marts follow it; null while they do not
    build_id bigint,
    -- rows that have left raw for it; null before they have
    removed_count bigint,
    raised_at timestamptz not null default clock_timestamp()
);
comment on table ledger.raw_floors is
'Raw lacks web requests and superseded versions older than the newest of these.';
grant select on ledger.raw_floors to loader, auditor, publisher;
grant insert, update on ledger.raw_floors to publisher;

-- Always one row. A floor is raised first, the marts follow with the next build, and
-- only then the rows go.
create view ledger.raw_floor as
select
    coalesce(max(raw_floors.floor_at), '-infinity') as floor_at,
    coalesce(bool_or(raw_floors.build_id is null), false) as is_pending
from ledger.raw_floors;
grant select on ledger.raw_floor to transformer;

create table ledger.schema_sizes (
    business_date date not null,
    schema_name text not null,
    size_bytes bigint not null,
    primary key (business_date, schema_name)
);
comment on table ledger.schema_sizes is
'How large each schema was at the end of a night.';
grant select on ledger.schema_sizes to auditor, publisher;
grant insert, update on ledger.schema_sizes to publisher;

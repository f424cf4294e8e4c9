-- What was loaded, built, checked and published, by which run.
create table ledger.batches (
    batch_id bigint generated always as identity primary key,
    source_name text not null,
    entity text not null,
    business_date date not null,
    mode text not null check (mode in ('incremental', 'append', 'full', 'log')),
    window_from timestamptz not null,
    window_to timestamptz not null,
    -- 1 for the first reading of an entity for a date; orders full readings
    reading_number integer not null,
    read_count bigint not null,
    loaded_count bigint not null,
    quarantined_count bigint not null,
    known_count bigint not null,
    -- inferred from a full reading, so not among the rows read
    deleted_count bigint not null default 0,
    -- a failed gate keeps the batch away from every model until it passes
    is_held boolean not null default false,
    -- the published build that took the batch up
    build_id bigint,
    run_id uuid not null,
    committed_at timestamptz not null default clock_timestamp(),
    unique (source_name, entity, business_date, window_from, reading_number),
    constraint every_row_is_accounted_for
    check (read_count = loaded_count + quarantined_count + known_count)
);
comment on table ledger.batches is
'One reading of one entity of one source for one business date.';

create table ledger.log_files (
    path text primary key,
    file_hash text,
    size_bytes bigint not null,
    modified_at timestamptz,
    line_count bigint not null,
    first_requested_at timestamptz,
    last_requested_at timestamptz,
    -- every line before this moment has been offered to a batch
    read_to timestamptz not null,
    problem text
);
comment on table ledger.log_files is
'Web-server log files as they were when they were last read.';

create table ledger.builds (
    build_id bigint generated always as identity primary key,
    business_date date not null,
    run_id uuid not null,
    stage text not null check (stage in ('star', 'mined')),
    status text not null default 'building'
    check (status in ('building', 'published', 'held', 'failed')),
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz
);
comment on table ledger.builds is 'One run of dbt for one business date.';

create table ledger.build_batches (
    build_id bigint not null references ledger.builds,
    batch_id bigint not null references ledger.batches,
    primary key (build_id, batch_id)
);
comment on table ledger.build_batches is
'Batches that a build took up: those no published build covered at its start.';

create table ledger.gates (
    gate_id bigint generated always as identity primary key,
    run_id uuid not null,
    gate text not null,
    business_date date not null,
    table_name text not null,
    column_name text,
    expectation text not null,
    -- the expectation as a sentence
    meaning text not null default '',
    is_required boolean not null,
    -- recorded only, holds nothing back
    is_warning boolean not null default false,
    has_passed boolean not null,
    failing_key_count bigint not null default 0,
    failing_keys text [] not null default '{}',
    checked_at timestamptz not null default clock_timestamp()
);
comment on table ledger.gates is
'Every expectation of every gate; keys of failing rows, never their values.';

create table ledger.stage_runs (
    stage_run_id bigint generated always as identity primary key,
    run_id uuid not null,
    business_date date not null,
    stage text not null,
    driver text not null check (driver in ('airflow', 'command')),
    status text not null check (status in ('succeeded', 'failed')),
    rows_in bigint,
    rows_out bigint,
    -- seconds of not-work by name: importing, starting dbt
    overhead jsonb not null default '{}',
    work_seconds double precision not null,
    -- another stage of the company had its turn
    waited_seconds double precision not null default 0,
    error text,
    started_at timestamptz not null,
    finished_at timestamptz not null
);
comment on table ledger.stage_runs is 'Every run of a stage, with where its time went.';

create table ledger.settings (
    only_row boolean primary key default true check (only_row),
    company_code text not null,
    time_zone text not null
);
comment on table ledger.settings is
'What a warehouse is built for; a differing setting stops the run.';

grant select, insert, update on ledger.batches, ledger.log_files,
ledger.settings to loader;
grant usage on sequence ledger.batches_batch_id_seq to loader;
grant select, insert on ledger.gates to auditor;
grant update on ledger.batches to auditor;
grant select, insert, update on ledger.builds, ledger.build_batches to publisher;
grant select, update on ledger.batches to publisher;
grant insert on ledger.stage_runs to loader, publisher, auditor, miner;
grant usage on schema ledger to miner;
grant select on ledger.batches, ledger.builds, ledger.build_batches to transformer;
grant select on all tables in schema ledger to auditor;

-- The build under way; one lock sees to it that there is only one.
create view ledger.nights as
select builds.build_id, builds.business_date
from ledger.builds
where builds.build_id = (
    select max(latest.build_id) from ledger.builds as latest
);
create view ledger.pinned_batches as
select build_batches.batch_id
from ledger.build_batches
inner join ledger.nights on build_batches.build_id = nights.build_id;
create view ledger.held_batches as
select batches.batch_id from ledger.batches where batches.is_held;
grant select on ledger.nights, ledger.pinned_batches, ledger.held_batches
to transformer;

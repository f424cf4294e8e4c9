-- What readers see, since when, and why not something newer.
create table marts.publications (
    publication_id bigint generated always as identity primary key,
    mart text not null,
    as_of_date date not null,
    published_at timestamptz not null default clock_timestamp(),
    row_count bigint,
    previous_row_count bigint,
    run_id uuid not null,
    status text not null check (status in ('published', 'held', 'late')),
    reason text
);
create index on marts.publications (mart, status, publication_id desc);
comment on table marts.publications is
'One row a mart and attempt; published rows are written with the mart itself.';

grant select on marts.publications to bi_reader, marketing_reader;
grant select, insert on marts.publications to publisher;

-- What changed in the segments from one published night to the next, and why.
alter table mined.customer_segments
add column rule_version text,
add column has_left boolean not null default false;
comment on column mined.customer_segments.rule_version is
'Hash of the rules that scored; null of a night mined before it was kept.';
comment on column mined.customer_segments.has_left is
'Whether the customer, as told on that night, has withdrawn or is not told any more.';

create table mined.customer_segment_changes (
    as_of_date date not null,
    customer_id text not null,
    previous_as_of_date date not null,
    change text not null,
    from_code text,
    to_code text,
    cause_code text not null,
    primary key (as_of_date, customer_id)
);
comment on table mined.customer_segment_changes is
'Whose segment is not that of the last published night before, and why.';

-- Marts that a build is to publish: all of its stage but those held.
create table ledger.build_marts (
    build_id bigint not null references ledger.builds,
    mart text not null,
    primary key (build_id, mart)
);
comment on table ledger.build_marts is
'Marts that a build of mined marts is to publish: not those held.';
grant select, insert on ledger.build_marts to publisher;
grant select on ledger.build_marts to auditor;

-- Of which night each mart is, once the build under way is published: a mart that is
-- held stays as it was.
create view ledger.mart_nights as
select
    told.mart,
    (array_agg(told.stage order by told.as_of_date desc, told.stage asc))[1] as stage,
    max(told.as_of_date) as as_of_date
from (
    select
        publications.mart,
        publications.stage,
        publications.as_of_date
    from marts.publications
    where publications.status = 'published'
    union all
    select
        build_marts.mart,
        'mined' as stage,
        nights.business_date as as_of_date
    from ledger.build_marts
    inner join ledger.nights on build_marts.build_id = nights.build_id
) as told
group by told.mart;
grant select on ledger.mart_nights to transformer;

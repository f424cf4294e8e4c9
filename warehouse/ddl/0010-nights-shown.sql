-- Which pair of nights a reader sees: the star's, and the one mined last, which may be
-- of the night before while the jobs of tonight are at work.
alter table marts.publications add column stage text
check (stage in ('star', 'mined'));
update marts.publications
set stage = case when mart = 'customer_segments' then 'mined' else 'star' end;
comment on column marts.publications.stage is
'Which part of a night the mart belongs to; null where nothing was published.';

create view marts.nights_shown with (security_invoker = true) as
select
    max(publications.as_of_date) filter (where publications.stage = 'star')
        as star_as_of_date,
    max(publications.as_of_date) filter (where publications.stage = 'mined')
        as mined_as_of_date,
    max(publications.published_at) filter (where publications.stage = 'star')
        as star_published_at,
    max(publications.published_at) filter (where publications.stage = 'mined')
        as mined_published_at
from marts.publications
where publications.status = 'published';
comment on view marts.nights_shown is
'One row, the nights that marts show now; ask it in the transaction that reads them.';
grant select on marts.nights_shown
to bi_reader, marketing_reader, auditor, miner, publisher;

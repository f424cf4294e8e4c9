-- Public holidays of the company's country, for dim_dates.
create table ledger.holidays (
    holiday_date date primary key,
    holiday_name text not null,
    source text not null
);
comment on table ledger.holidays is
'Public holidays of the company''s country, every year that dim_dates may reach.';
comment on column ledger.holidays.source is
'Who said so: country, library and its version; another one is asked anew.';
grant select, insert, delete on ledger.holidays to publisher;
grant select on ledger.holidays to transformer, auditor;

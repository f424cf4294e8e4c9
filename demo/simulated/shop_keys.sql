-- The indexes by which a nightly extraction reads, made when everything is there.

create index on staff (changed_at);
create index on corporations (changed_at);
create index on households (changed_at);
create index on members (changed_at);
create index on membership_joins (changed_at);
create index on consent_records (changed_at);
create index on goods (changed_at);
create index on campaigns (changed_at);
create index on campaign_contacts (changed_at);
create index on campaign_answers (changed_at);
create index on orders (changed_at);
create index on order_items (changed_at);
create index on bills (changed_at);
create index on takebacks (changed_at);
create index on quotations (changed_at);
create index on leads (changed_at);
create index on contact_log (changed_at);
create index on service_cases (changed_at);
create index on seats (changed_at);
create index on surveys (changed_at);
create index on recommendations (changed_at);
create index on app_events (changed_at);

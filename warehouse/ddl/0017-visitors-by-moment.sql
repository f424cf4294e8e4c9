-- Visits are looked up by visitor and moment, by an index that both are in.
drop index if exists raw.web_requests_visitor_hash;
drop index if exists raw.web_events_visitor_hash;

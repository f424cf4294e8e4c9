-- Vacuum gives a table's empty end back to the disk under a lock that readers wait for.
do $$
declare
    mart regclass;
begin
    for mart in
        select oid from pg_class
        where relnamespace = 'marts'::regnamespace and relkind = 'r'
    loop
        execute format('alter table %s set (vacuum_truncate = off)', mart);
    end loop;
end $$;

-- dim_households holds every period of a household, so its key becomes the period's.
do $$
begin
    if to_regclass('marts.dim_households') is not null then
        alter table marts.dim_households add column household_key text;
        update marts.dim_households set household_key = household_id;
        alter table marts.dim_households
        drop constraint dim_households_pkey,
        add primary key (household_key);
    end if;
end $$;

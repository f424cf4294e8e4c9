-- A line that was not kept whole, or not written whole, cannot be read again.
alter table vault.quarantine
drop constraint quarantine_form_check,
add constraint quarantine_form_check
check (form in ('row', 'told', 'line', 'cut'));
update vault.quarantine set form = 'cut'
where
    form = 'line'
    and (
        octet_length(payload) >= 4096
        or reason = 'unfinished_line'
    );

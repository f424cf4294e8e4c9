-- What to offer each customer next, and when they are expected to buy again.
create table mined.next_best_products (
    as_of_date date not null,
    customer_id text not null,
    list text not null,
    rank bigint not null,
    product_id text not null,
    score double precision not null,
    reason_code text not null,
    reason_product_id text,
    rule_id text,
    model_version text not null,
    primary key (as_of_date, customer_id, list, rank)
);
comment on table mined.next_best_products is
'Up to ten products to offer each customer, of two kinds, one night a date.';

create table mined.repurchase_dues (
    as_of_date date not null,
    customer_id text not null,
    product_id text not null,
    last_purchase_date date not null,
    purchase_day_count bigint not null,
    due_date date not null,
    model_version text not null,
    primary key (as_of_date, customer_id, product_id)
);
comment on table mined.repurchase_dues is
'When a customer is expected to buy a product again, one night a date.';

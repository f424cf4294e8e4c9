-- Keys, foreign keys, and the indexes by which a nightly extraction reads.

alter table households add primary key (household_no);
alter table household_profiles add primary key (household_no);
alter table members add primary key (member_no);
alter table branches add primary key (branch_no);
alter table articles add primary key (article_no);
alter table receipts add primary key (receipt_no);
alter table receipt_items add primary key (receipt_no, line_no);
alter table campaigns add primary key (campaign_no);
alter table mailings add primary key (mailing_no);
alter table coupon_redemptions add primary key (redemption_no);

alter table household_profiles
add foreign key (household_no) references households;
alter table members add foreign key (household_no) references households;
alter table receipts
add foreign key (branch_no) references branches,
add foreign key (member_no) references members;
-- No foreign key to articles: the tills sold 17 numbers that were never entered.
alter table receipt_items add foreign key (receipt_no) references receipts;
alter table mailings
add foreign key (campaign_no) references campaigns,
add foreign key (member_no) references members;
alter table coupon_redemptions
add foreign key (campaign_no) references campaigns,
add foreign key (member_no) references members;

create index on members (updated_at);
create index on articles (updated_at);
create index on receipts (updated_at);
create index on receipts (member_no);
create index on receipt_items (updated_at);
create index on mailings (created_at);
create index on coupon_redemptions (created_at);

-- Grain: one product, as last told.
select
    -- ids
    told.product_id,
    told.manufacturer_id,

    -- strings
    told.product_name,
    told.department,
    told.category,
    told.subcategory,
    told.brand,
    told.package_size,
    told.ladder_code,
    coalesce(told.quantity_unit_code, 'piece') as quantity_unit_code,

    -- numerics
    told.ladder_step::bigint as ladder_step,
    told.unit_cost::numeric(18, 4) as unit_cost,
    told.list_price_amount::numeric(18, 2) as list_price_amount,

    -- booleans
    {{ is_deleted_since(source('shop', 'products'), ['product_id']) }}
        as is_deleted,

    -- dates
    told.launched_date,
    told.discontinued_date

from {{ source('shop', 'products') }} as told

where
    {{ is_latest_version(
        source('shop', 'products'), ['product_id'], deleted='flagged'
    ) }}

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
    coalesce(told.quantity_unit_code, 'piece') as quantity_unit_code,

    -- numerics
    told.unit_cost::numeric(18, 4) as unit_cost,

    -- booleans
    {{ is_deleted_since(source('shop', 'products'), ['product_id']) }}
        as is_deleted

from {{ source('shop', 'products') }} as told

where
    {{ is_latest_version(
        source('shop', 'products'), ['product_id'], deleted='flagged'
    ) }}

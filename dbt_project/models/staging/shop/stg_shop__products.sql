-- Grain: one product, as last told.
with

source as (

    {{ latest_version(source('shop', 'products'), ['product_id'], deleted='flagged') }}

),

renamed as (

    select
        -- ids
        product_id,
        manufacturer_id,

        -- strings
        product_name,
        department,
        category,
        subcategory,
        brand,
        package_size,
        coalesce(quantity_unit_code, 'piece') as quantity_unit_code,

        -- numerics
        unit_cost::numeric(18, 4) as unit_cost,

        -- booleans
        is_deleted

    from source

)

select * from renamed

-- Grain: one product. Contract: dim_products.yml.
with

products as (

    select * from {{ ref('stg_shop__products') }}

),

told as (

    select
        product_id,
        product_name,
        department,
        category,
        subcategory,
        brand,
        manufacturer_id,
        package_size,
        quantity_unit_code,
        ladder_code,
        ladder_step,
        unit_cost,
        list_price_amount,
        is_deleted,
        launched_date,
        discontinued_date

    from products

),

unknown_member as (

    select
        '(unknown)' as product_id,
        null as product_name,
        null as department,
        null as category,
        null as subcategory,
        null as brand,
        null as manufacturer_id,
        null as package_size,
        null as quantity_unit_code,
        null as ladder_code,
        null::bigint as ladder_step,
        null::numeric(18, 4) as unit_cost,
        null::numeric(18, 2) as list_price_amount,
        false as is_deleted,
        null::date as launched_date,
        null::date as discontinued_date

),

final as (

    select * from told
    union all
    select * from unknown_member

)

select * from final

-- Somebody counts a shelf, finds pieces that the books do not know of, and enters them.
-- access: write
-- parameter product: product
-- parameter found: integer 1..3

-- name: lock_shelf
-- rows: 1
select warehouse_id
from shop.inventory
where product_id = :product
order by on_hand desc, warehouse_id
limit 1
for update;

-- The first row of lock_shelf says which shelf it was.
-- name: enter
-- rows: 1
insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
values (:product, :lock_shelf.warehouse_id, 'adjustment', :found);

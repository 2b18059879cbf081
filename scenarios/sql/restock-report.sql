-- What a buyer looks at before ordering: the products of a category of which the fewest are left.
-- access: read
-- parameter category: category

-- name: fewest_left
-- rows: 1..20
select p.id, p.name, sum(i.on_hand - i.reserved) as available, sum(i.reorder_point) as reorder_point
from shop.products p
join shop.inventory i on i.product_id = p.id
where p.category_id = :category and p.status = 'active'
group by p.id
order by available, p.id
limit 20;

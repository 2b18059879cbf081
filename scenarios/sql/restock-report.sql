-- What a buyer looks at before ordering: the products of a category that run low.
-- access: read
-- parameter category: category
-- parameter least: integer 5..50

-- name: running_low
-- rows: 0..20
select p.id, p.name, sum(i.on_hand - i.reserved) as available, max(i.reorder_point) as reorder_point
from shop.products p
join shop.inventory i on i.product_id = p.id
where p.category_id = :category and p.status = 'active'
group by p.id
having sum(i.on_hand - i.reserved) <= :least
order by available, p.id
limit 20;

import type { Invariant } from './invariant.ts';

export const orderTotals: Invariant = {
  name: 'order-totals',
  question:
    'Has every order lines numbered from 1 without gaps, a subtotal that is their sum, and a total of subtotal - discount + shipping + tax?',
  violations: `
    select o.id as order_id, o.subtotal_cents, l.lines_cents, l.lines, l.first_line, l.last_line,
           o.total_cents,
           o.subtotal_cents - o.discount_cents + o.shipping_cents + o.tax_cents as expected_total_cents
    from shop.orders o
    left join (
      select order_id, count(*) as lines, sum(line_total_cents) as lines_cents,
             min(line_number) as first_line, max(line_number) as last_line
      from shop.order_items
      group by order_id
    ) l on l.order_id = o.id
    where l.order_id is null
       or l.first_line <> 1 or l.last_line <> l.lines
       or l.lines_cents <> o.subtotal_cents
       or o.total_cents
          <> o.subtotal_cents - o.discount_cents + o.shipping_cents + o.tax_cents`,
};

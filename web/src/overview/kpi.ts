// The numbers at the head of the page: seven of a shop with visits, others where there are other events. Each knows how
// it is made from what was counted, in what unit, and whether more of it is good news.

import type { CountName, Part } from '../api';
import type { KpiId } from '../state/view';
import { type Fraction, fraction, fromCount, fromDecimal, over } from '../number/fraction';
import { type Unit, counted, count, money } from '../number/format';
import type { Measures } from './measures';

export interface Kpi {
  readonly id: KpiId;
  readonly label: string;
  readonly needs: readonly Part[]; // what a shop must have for it
  readonly unit: Unit;
  readonly better: 'more' | 'less' | 'neither';
  /** null where it has no value, such as the conversion of no visits. */
  readonly value: (counted: Measures) => Fraction | null;
  /** What it was made from, in words. */
  readonly from?: (counted: Measures, currency: string | null) => string;
}

const share = (part: number, whole: number): Fraction | null => fraction(BigInt(part), BigInt(whole));

const counts = (id: KpiId & CountName, label: string, better: Kpi['better'] = 'more'): Kpi => ({
  id,
  label,
  needs: [id],
  unit: 'count',
  better,
  value: (m) => fromCount(m[id]),
});

export const kKpis: readonly Kpi[] = [
  {
    id: 'revenue',
    label: 'Revenue',
    needs: ['revenue'],
    unit: 'money',
    better: 'more',
    value: (m) => fromDecimal(m.revenue),
  },
  counts('orders', 'Orders'),
  {
    id: 'conversion',
    label: 'Conversion',
    needs: ['visits'],
    unit: 'share',
    better: 'more',
    value: (m) => share(m.visits_with_purchase, m.visits),
    from: (m) => `${count(m.visits_with_purchase)} of ${counted(m.visits, 'visit')} bought`,
  },
  {
    id: 'average_order',
    label: 'Avg. order',
    needs: ['revenue', 'orders'],
    unit: 'money',
    better: 'more',
    value: (m) => over(fromDecimal(m.revenue), fromCount(m.orders)),
    from: (m, currency) => `${money(fromDecimal(m.revenue), currency)} over ${counted(m.orders, 'order')}`,
  },
  counts('visits', 'Visits'),
  counts('page_views', 'Page views'),
  {
    id: 'cart_abandonment',
    label: 'Cart abandonment',
    needs: ['visits'],
    unit: 'share',
    better: 'less',
    value: (m) => share(m.visits_with_cart - m.visits_with_purchase, m.visits_with_cart),
    from: (m) => `${counted(m.visits_with_cart, 'visit')} with a cart, ${count(m.visits_with_purchase)} that bought`,
  },
  counts('units', 'Units sold'),
  counts('item_views', 'Product views'),
  counts('stock_change', 'Stock change', 'neither'),
];

/** Of a shop with visits and nothing else: what a page shows before it knows its shop. */
export const kVisitKpis = kKpis.slice(0, 7);

export function kpisOf(has: readonly Part[] | undefined): readonly Kpi[] {
  return has ? kKpis.filter(({ needs }) => needs.every((part) => has.includes(part))) : kVisitKpis;
}

/** The chosen one, or the first there is. */
export function chosenKpi(has: readonly Part[] | undefined, id: KpiId): Kpi | undefined {
  const there = kpisOf(has);
  return there.find((kpi) => kpi.id === id) ?? there[0];
}

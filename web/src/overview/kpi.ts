// The seven numbers at the head of the page. Each knows how it is made from what was counted, in what unit, and
// whether more of it is good news.

import type { KpiId } from '../state/view';
import { type Fraction, fraction, fromCount, fromDecimal, over } from '../number/fraction';
import { type Unit, counted, count, money } from '../number/format';
import type { Measures } from './measures';

export interface Kpi {
  readonly id: KpiId;
  readonly label: string;
  readonly unit: Unit;
  readonly better: 'more' | 'less';
  /** null where it has no value, such as the conversion of no visits. */
  readonly value: (counted: Measures) => Fraction | null;
  /** What it was made from, in words. */
  readonly from?: (counted: Measures, currency: string | null) => string;
}

const share = (part: number, whole: number): Fraction | null => fraction(BigInt(part), BigInt(whole));

export const kKpis: readonly Kpi[] = [
  { id: 'revenue', label: 'Revenue', unit: 'money', better: 'more', value: (m) => fromDecimal(m.revenue) },
  { id: 'orders', label: 'Orders', unit: 'count', better: 'more', value: (m) => fromCount(m.orders) },
  {
    id: 'conversion',
    label: 'Conversion',
    unit: 'share',
    better: 'more',
    value: (m) => share(m.visits_with_purchase, m.visits),
    from: (m) => `${count(m.visits_with_purchase)} of ${counted(m.visits, 'visit')} bought`,
  },
  {
    id: 'average_order',
    label: 'Avg. order',
    unit: 'money',
    better: 'more',
    value: (m) => over(fromDecimal(m.revenue), fromCount(m.orders)),
    from: (m, currency) => `${money(fromDecimal(m.revenue), currency)} over ${counted(m.orders, 'order')}`,
  },
  { id: 'visits', label: 'Visits', unit: 'count', better: 'more', value: (m) => fromCount(m.visits) },
  { id: 'page_views', label: 'Page views', unit: 'count', better: 'more', value: (m) => fromCount(m.page_views) },
  {
    id: 'cart_abandonment',
    label: 'Cart abandonment',
    unit: 'share',
    better: 'less',
    value: (m) => share(m.visits_with_cart - m.visits_with_purchase, m.visits_with_cart),
    from: (m) => `${counted(m.visits_with_cart, 'visit')} with a cart, ${count(m.visits_with_purchase)} that bought`,
  },
];

export function kpiOf(id: KpiId): Kpi {
  const found = kKpis.find((kpi) => kpi.id === id);
  if (!found) throw new RangeError(`no such number: ${id}`);
  return found;
}

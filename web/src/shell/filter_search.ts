// Finds the filter that somebody means by a few typed letters, among the values on the page. "device:mob" looks among
// the devices only; a value that is not on the page can be given whole: "page:https://example.com/imprint".

import type { Overview, PageRow } from '../api';
import { counted, money } from '../number/format';
import { fromDecimal } from '../number/fraction';
import {
  type Dimension,
  type Filter,
  dimensionsOf,
  isDimension,
  isFilter,
  kSteps,
  pageLabel,
  valueLabel,
} from '../state/dimensions';

export interface Suggestion extends Filter {
  readonly label: string;
  readonly hint: string;
}

const kMost = 8;

export function suggestions(typed: string, overview: Overview | null): Suggestion[] {
  const { dimension, text } = parsed(typed);
  const words = text.toLowerCase();
  const found = candidates(overview).filter(
    (each) =>
      (dimension === null || each.dimension === dimension) &&
      [each.label, each.value].some((name) => name.toLowerCase().includes(words)),
  );
  const exact = found.some(({ value }) => value === text);
  const asTyped = dimension && !exact && isFilter(dimension, text) ? [typedValue(dimension, text)] : [];
  return [...ranked(found, words).slice(0, kMost), ...asTyped];
}

function parsed(typed: string): { dimension: Dimension | null; text: string } {
  const [, name = '', rest = ''] = /^\s*([a-z]+)\s*:\s*(.*)$/is.exec(typed) ?? [];
  const dimension = name.toLowerCase();
  return isDimension(dimension) ? { dimension, text: rest.trim() } : { dimension: null, text: typed.trim() };
}

function typedValue(dimension: Dimension, value: string): Suggestion {
  return { dimension, value, label: dimension === 'page' ? pageLabel(value) : value, hint: 'as typed' };
}

/** What begins with the letters comes before what only contains them. */
function ranked(found: Suggestion[], words: string): Suggestion[] {
  const begins = (each: Suggestion): number => (each.label.toLowerCase().startsWith(words) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)); // stable: the order of the lists otherwise
}

function candidates(overview: Overview | null): Suggestion[] {
  if (!overview) return [];
  const { devices, pages, products, categories, stores, verticals, totals, shoppers, currency } = overview;
  const has = dimensionsOf(overview.has);
  const revenue = (amount: string): string => money(fromDecimal(amount), currency);
  const steps = shoppers
    ? { cart: counted(shoppers.added, 'shopper'), purchase: counted(shoppers.bought, 'shopper') }
    : { cart: counted(totals.visits_with_cart, 'visit'), purchase: counted(totals.visits_with_purchase, 'visit') };
  const seen = ({ visits, views }: PageRow): string =>
    overview.has.includes('visits') ? counted(visits, 'visit') : counted(views, 'view');
  const all: (Filter & { hint: string })[] = [
    ...devices.rows.map((row) => ({
      dimension: 'device' as const,
      value: row.key,
      hint: counted(row.visits, 'visit'),
    })),
    ...pages.rows.map((row) => ({ dimension: 'page' as const, value: row.key, hint: seen(row) })),
    ...categories.rows.map((row) => ({ dimension: 'category' as const, value: row.key, hint: revenue(row.revenue) })),
    ...kSteps.map((step) => ({ dimension: 'step' as const, value: step, hint: steps[step] })),
    ...stores.rows.map((row) => ({ dimension: 'store' as const, value: row.key, hint: counted(row.units, 'unit') })),
    ...verticals.rows.map((row) => ({
      dimension: 'vertical' as const,
      value: row.key,
      hint: counted(row.orders, 'order'),
    })),
    ...products.rows.map((row) => ({
      dimension: 'product' as const,
      value: row.key,
      hint: counted(row.units, 'unit'),
    })),
  ];
  return all
    .filter(({ dimension, value }) => value !== '' && has.includes(dimension))
    .map((each) => ({ ...each, label: valueLabel(each, overview) }));
}

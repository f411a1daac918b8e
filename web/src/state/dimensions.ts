// The dimensions that the shop can be filtered by, and how a value of each is called on the page.

import type { Overview, Part } from '../api';

export const kDimensions = ['device', 'page', 'product', 'category', 'store', 'vertical', 'step'] as const;
export type Dimension = (typeof kDimensions)[number];

const kLists: Readonly<Record<Exclude<Dimension, 'step'>, Part>> = {
  device: 'devices',
  page: 'pages',
  product: 'products',
  category: 'categories',
  store: 'stores',
  vertical: 'verticals',
};

/** Those by which this shop can be filtered. */
export function dimensionsOf(has: readonly Part[]): Dimension[] {
  return kDimensions.filter((dimension) =>
    dimension === 'step' ? has.includes('visits') || has.includes('shoppers') : has.includes(kLists[dimension]),
  );
}

/** A filter selects what has this value; there is at most one for each dimension. */
export interface Filter {
  readonly dimension: Dimension;
  readonly value: string;
}

export type Step = 'cart' | 'purchase';
export const kSteps: readonly Step[] = ['cart', 'purchase'];

export function isDimension(name: string): name is Dimension {
  return (kDimensions as readonly string[]).includes(name);
}

export function isFilter(dimension: Dimension, value: string): boolean {
  return value !== '' && (dimension !== 'step' || (kSteps as readonly string[]).includes(value));
}

const kStepLabels: Readonly<Record<string, string>> = { cart: 'added to cart', purchase: 'bought' };

/** What stands on the chip: the path of a page, the name of a product, the value itself otherwise. */
export function valueLabel({ dimension, value }: Filter, overview: Overview | null): string {
  if (dimension === 'page') return pageLabel(value);
  if (dimension === 'step') return kStepLabels[value] ?? value;
  if (dimension === 'product') return overview?.products.rows.find((row) => row.key === value)?.name || value;
  return value;
}

/** "https://example.com/shop/cart?x=1" is "shop/cart?x=1"; the front page is "/"; what is no URL stays as it is. */
export function pageLabel(url: string): string {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(url)?.[1];
  const path = (rest ?? url).replace(/^\/(?=.)/, '');
  return path || (rest === undefined ? url : '/');
}

// A small answer for the tests: four days of which the last is unfinished, and the four before them.

import type { Overview } from '../api';

const kNone = { item_views: 0, units: 0, stock_change: 0 };
const kZeros = [0, 0, 0, 0];
const kNoSeries = { cart_adds: [50, 50, 50, 50], item_views: kZeros, units: kZeros, stock_change: kZeros };

export const kFixture: Overview = {
  has: [
    'visits',
    'page_views',
    'cart_adds',
    'orders',
    'revenue',
    'visits_with_cart',
    'visits_with_purchase',
    'pages',
    'products',
    'categories',
    'devices',
  ],
  range: { from: '2024-07-05T00:00:00Z', to: '2024-07-09T00:00:00Z', bucket_seconds: 86400 },
  stored: { from: '2024-07-01T09:00:00Z', to: '2024-07-08T07:10:00Z' },
  previous: { from: '2024-07-01T00:00:00Z', to: '2024-07-05T00:00:00Z' },
  complete_to: '2024-07-08T07:10:00Z',
  currency: 'USD',
  currencies: ['USD'],
  totals: {
    visits: 340,
    page_views: 1000,
    cart_adds: 200,
    orders: 84,
    revenue: '8400.50',
    visits_with_cart: 170,
    visits_with_purchase: 84,
    ...kNone,
  },
  previous_totals: {
    visits: 400,
    page_views: 1200,
    cart_adds: 210,
    orders: 100,
    revenue: '10000.00',
    visits_with_cart: 200,
    visits_with_purchase: 100,
    ...kNone,
  },
  series: {
    start: ['2024-07-05T00:00:00Z', '2024-07-06T00:00:00Z', '2024-07-07T00:00:00Z', '2024-07-08T00:00:00Z'],
    visits: [110, 110, 110, 10],
    page_views: [330, 330, 330, 10],
    orders: [30, 30, 22, 2],
    revenue: ['3000.10', '3000.20', '2200.10', '200.10'],
    visits_with_cart: [55, 55, 55, 5],
    visits_with_purchase: [30, 30, 22, 2],
    ...kNoSeries,
  },
  previous_series: {
    start: ['2024-07-01T00:00:00Z', '2024-07-02T00:00:00Z', '2024-07-03T00:00:00Z', '2024-07-04T00:00:00Z'],
    visits: [100, 100, 100, 100],
    page_views: [300, 300, 300, 300],
    orders: [25, 25, 25, 25],
    revenue: ['2500.00', '2500.00', '2500.00', '2500.00'],
    visits_with_cart: [50, 50, 50, 50],
    visits_with_purchase: [25, 25, 25, 25],
    ...kNoSeries,
  },
  pages: { total: 2, rows: [{ key: 'https://example.com/home', visits: 340, views: 700 }] },
  products: {
    total: 2,
    rows: [
      { key: 'PER-001', name: 'Wireless Mouse', units: 12, revenue: '300.00' },
      { key: 'HDW-001', name: 'Laptop X200', units: 7, revenue: '8100.50' },
    ],
  },
  categories: { total: 1, rows: [{ key: 'hardware', units: 19, revenue: '8400.50' }] },
  devices: {
    total: 2,
    rows: [
      { key: 'mobile', visits: 300 },
      { key: 'desktop', visits: 40 },
    ],
  },
  stores: { total: 0, rows: [] },
  verticals: { total: 0, rows: [] },
  shoppers: null,
  sql: {
    totals: 'SELECT 1',
    series: 'SELECT 2',
    pages: 'SELECT 3',
    products: 'SELECT 4',
    categories: 'SELECT 5',
    devices: 'SELECT 6',
  },
};

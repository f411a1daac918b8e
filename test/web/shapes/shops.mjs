// Shops of other shapes than visits: a few records written by hand, whose numbers anyone can add up, and real files
// where an environment variable names their folder.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const contract = (name) => fileURLToPath(new URL(`../../../contracts/examples/${name}.yaml`, import.meta.url));

const lines = (records) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

function order(order_id, placed, vertical, sku, name, price, quantity) {
  return {
    order_id,
    order_placed_at: placed,
    order_rating: null,
    vendor_id: `V-${vertical}`,
    vendor_name: `<b>${vertical}</b>`,
    vendor_address: null,
    vendor_vertical: vertical,
    customer_id: 'C1',
    customer_registered_at: null,
    item_sku: sku,
    item_name: name,
    item_price: price,
    item_quantity: quantity,
  };
}

const kOrders = [
  order('O1', '2024-07-01T09:00:00Z', 'groceries', 'S1', 'Apples "Gala"', 2.5, 4),
  order('O2', '2024-07-01T10:30:00Z', 'pharmacy', 'S2', '<img src=x onerror="window.__pwned=1">', 3.1234, 1),
  order('O3', '2024-07-02T11:00:00Z', 'groceries', 'S1', 'Apples "Gala"', 2.5, 2),
  order('O4', '2024-07-03T18:45:00Z', 'flowers', 'S3', 'Roses', 19.99, 1),
];

const kEcomEvents = [
  'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session',
  '2024-07-01 11:57:06 UTC,view,A,1,toys,acme,31.90,u1,s1',
  '2024-07-01 11:58:06 UTC,cart,A,1,toys,acme,31.90,u1,s1',
  '2024-07-01 11:59:06 UTC,purchase,A,1,toys,acme,31.90,u1,s1',
  '2024-07-01 12:00:06 UTC,view,B,2,,acme,113.81,u2,',
  '2024-07-02 12:01:06 UTC,cart,B,2,,acme,113.81,u2,',
  '2024-07-02 12:02:06 UTC,view,B,2,,acme,113.81,u1,s2',
];

const kClicks = [
  { event_time: '2024-07-01T09:00:00Z', product_id: 'S1', user_id: 'u1' },
  { event_time: '2024-07-01T09:05:00Z', user_id: 'u1', page_url: 'https://example.com/home' },
  { event_time: '2024-07-01T09:06:00Z', user_id: 'u2', page_url: 'https://example.com/home' },
];
const kTransactions = [
  { event_time: '2024-07-01T09:00:00Z', product_id: 'S1', store_id: 'north', qty: 2 },
  { event_time: '2024-07-02T09:00:00Z', product_id: 'S9', store_id: 'south', qty: 5 },
];
const kStock = [
  { event_time: '2024-07-01T09:00:00Z', product_id: 'S1', warehouse_id: 'W', delta: -2 },
  { event_time: '2024-07-02T09:00:00Z', product_id: 'S9', warehouse_id: 'W', delta: 50 },
];

async function write(shop, contract, name, text) {
  const file = join(shop.folder, name);
  await writeFile(file, text);
  await shop.load('--contract', contract, file);
}

export const handmade = {
  orders: (shop) => write(shop, 'orders', 'orders.jsonl', lines(kOrders)),
  ecom_events: (shop) => write(shop, 'ecom_events', 'events.csv', `${kEcomEvents.join('\n')}\n`),
  clicks: (shop) => write(shop, 'clicks', 'clicks.jsonl', lines(kClicks)),
  transactions: (shop) => write(shop, 'transactions', 'transactions.jsonl', lines(kTransactions)),
  stock: (shop) => write(shop, 'stock', 'stock.jsonl', lines(kStock)),
};

/** Real files by contract: absent ones are told, and their tests skipped. */
export const real = ['online_retail', 'completejourney'].map((name) => {
  const variable = { online_retail: 'MILLRACE_RETAIL_DATA', completejourney: 'MILLRACE_JOURNEY_DATA' }[name];
  const folder = process.env[variable] || null;
  if (!folder) console.error(`*** ${variable} is not set: the page is NOT checked over ${name}. ***`);
  const fill = async (shop) => {
    const names = (await readdir(folder)).filter((file) => file.endsWith('.csv')).sort();
    await shop.load('--contract', contract(name), ...names.map((file) => join(folder, file)));
  };
  return { name, fill, skip: folder ? false : `${variable} is not set: NOT checked` };
});

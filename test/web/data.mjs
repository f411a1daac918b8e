// The visits to test with: real ones where there are some, otherwise those of a simulated shop.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { simulate } from './program.mjs';

const realFolder = process.env.MILLRACE_VISITS_DATA || undefined; // make exports an empty one

export const isReal = realFolder !== undefined;

/** Why a check against known numbers does not run, or false when it does. */
export const noGolden = isReal ? false : 'MILLRACE_VISITS_DATA is not set: NOT checked against the known numbers';

if (!isReal) {
  console.error('\n*** MILLRACE_VISITS_DATA is not set. ***');
  console.error('*** The golden checks are SKIPPED; everything else runs on simulated visits. ***\n');
}

export async function visitFiles(shop) {
  const folder = realFolder ?? join(shop.folder, 'visits');
  if (!isReal) {
    await mkdir(folder);
    await simulate(folder, 12);
  }
  const names = (await readdir(folder)).filter((name) => name.includes('.jsonl')).sort();
  if (names.length === 0) throw new Error(`no visits in ${folder}`);
  return names.map((name) => join(folder, name));
}

/** What plain SQL over the twenty files of real visits gives. */
export const golden = {
  kpis: { revenue: '2059377', orders: '721', visits: '2821', page_views: '11451' },
  shown: {
    revenue: '$2,059,377',
    orders: '721',
    conversion: '25.6 %',
    average_order: '$2,856.28',
    visits: '2,821',
    page_views: '11,451',
    cart_abandonment: '50.8 %',
  },
  funnel: { visits: '2821', cart: '1466', purchase: '721' },
  products: [
    ['Wireless Mouse', '520'],
    ['Mechanical Keyboard', '418'],
    ['Laptop X200', '417'],
    ['Antivirus Shield', '407'],
    ['Office Suite Pro', '373'],
    ['Mini PC Cube', '325'],
  ],
  categories: { hardware: '1695685.66', software: '200015.3', peripherals: '163676.04' },
  pages: { home: '2821', products: '2821', cart: '2252', contact: '281', about: '270' },
  devices: { mobile: '1665', desktop: '893', tablet: '263' },
};

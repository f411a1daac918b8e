// The first load of the page, compressed, must stay within its budget: index.html and what it names. Parts that are
// loaded when they are needed come later. The tracker, which is loaded by a shop's pages, has a budget of its own.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { kTrackerName } from './tracker.mjs';

const kBudget_bytes = 60 * 1024;
const kTrackerBudget_bytes = 2 * 1024;

const dist = new URL('../dist/', import.meta.url);
const size = (name) => statSync(new URL(name, dist)).size;
const tracker = `${kTrackerName}.gz`;
const files = readdirSync(dist).filter((name) => name.endsWith('.gz') && name !== tracker);
const index = readFileSync(new URL('index.html', dist), 'utf8');
const isFirst = (name) => name === 'index.html.gz' || index.includes(name.replace(/\.gz$/, ''));
const sizes = files.map((name) => [name, size(name)]);
const total = sizes.filter(([name]) => isFirst(name)).reduce((sum, [, bytes]) => sum + bytes, 0);

for (const [name, bytes] of sizes) console.log(`${String(bytes).padStart(7)}  ${name}${isFirst(name) ? '' : ', later'}`);
console.log(`${String(total).padStart(7)}  of ${kBudget_bytes} bytes`);
if (total > kBudget_bytes) {
  console.error(`The first load is ${total - kBudget_bytes} bytes over its budget.`);
  process.exit(1);
}

console.log(`${String(size(tracker)).padStart(7)}  ${tracker}, of ${kTrackerBudget_bytes} bytes`);
if (size(tracker) > kTrackerBudget_bytes) {
  console.error(`The tracker is ${size(tracker) - kTrackerBudget_bytes} bytes over its budget.`);
  process.exit(1);
}

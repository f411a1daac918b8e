// The first load of the page, compressed, must stay within its budget: index.html and what it names. Parts that are
// loaded when they are needed come later.
import { readFileSync, readdirSync, statSync } from 'node:fs';

const kBudget_bytes = 60 * 1024;

const dist = new URL('../dist/', import.meta.url);
const files = readdirSync(dist).filter((name) => name.endsWith('.gz'));
const index = readFileSync(new URL('index.html', dist), 'utf8');
const isFirst = (name) => name === 'index.html.gz' || index.includes(name.replace(/\.gz$/, ''));
const sizes = files.map((name) => [name, statSync(new URL(name, dist)).size]);
const total = sizes.filter(([name]) => isFirst(name)).reduce((sum, [, size]) => sum + size, 0);

for (const [name, size] of sizes) console.log(`${String(size).padStart(7)}  ${name}${isFirst(name) ? '' : ', later'}`);
console.log(`${String(total).padStart(7)}  of ${kBudget_bytes} bytes`);
if (total > kBudget_bytes) {
  console.error(`The first load is ${total - kBudget_bytes} bytes over its budget.`);
  process.exit(1);
}

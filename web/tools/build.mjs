// Writes the page and the tracker into dist/, each file beside the same compressed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { makePage } from './page.mjs';
import { kTrackerName, makeTracker } from './tracker.mjs';

const dist = new URL('../dist/', import.meta.url);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
for (const [name, contents] of [...(await makePage()), [kTrackerName, await makeTracker()]]) {
  writeFileSync(new URL(name, dist), contents);
  writeFileSync(new URL(`${name}.gz`, dist), gzipSync(contents, { level: 9 }));
}

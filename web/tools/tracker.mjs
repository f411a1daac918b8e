// Makes the tracker from its sources: one file, for pages of other sites and browsers of some years ago.
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

export const kTrackerName = 't.js';

export async function makeTracker() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('../src/tracker/tracker.ts', import.meta.url))],
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return Buffer.from(outputFiles[0].contents);
}

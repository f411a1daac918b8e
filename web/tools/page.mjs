// Makes the page from its sources: index.html, and its parts under names that carry a hash of their content, so that a
// browser may keep them for ever. A screen that is imported when it is opened is a part of its own; what it shares with
// the rest is another, which index.html names too, so that both come at once.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const source = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

async function parts() {
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: { script: source('main.tsx'), style: source('style/app.css') },
    outdir: 'nowhere',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    minify: true,
    format: 'esm',
    target: ['chrome105', 'firefox110', 'safari16'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
  const named = {
    'app.js': files.get('script.js'),
    'app.css': files.get('style.css'),
    'favicon.svg': readFileSync(source('favicon.svg')),
  };
  const chunks = [...files].filter(([name]) => !['script.js', 'style.css'].includes(name));
  const [, entry] = Object.entries(metafile.outputs).find(([path]) => basename(path) === 'script.js');
  const shared = entry.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => basename(path));
  return { named, chunks, shared };
}

function hashedName(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  return name.replace('.', `.${hash}.`);
}

/** The files of the page, by name. */
export async function makePage() {
  const { named, chunks, shared } = await parts();
  const files = new Map(chunks);
  const preloads = shared.map((name) => `<link rel="modulepreload" href="${name}" />`).join('\n');
  let index = readFileSync(source('index.html'), 'utf8').replace(/\n\s*/g, '\n').replace('{{shared}}', preloads);
  for (const [name, contents] of Object.entries(named)) {
    const hashed = hashedName(name, contents);
    files.set(hashed, contents);
    index = index.replace(`{{${name}}}`, hashed);
  }
  return files.set('index.html', Buffer.from(index));
}

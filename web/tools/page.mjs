// Makes the page from its sources: index.html, and its parts under names that carry a hash of their content, so that a
// browser may keep them for ever.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const source = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

async function parts() {
  const { outputFiles } = await esbuild.build({
    entryPoints: { script: source('main.tsx'), style: source('style/app.css') },
    outdir: 'nowhere',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome105', 'firefox110', 'safari16'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const made = (name) => Buffer.from(outputFiles.find((file) => file.path.endsWith(name)).contents);
  return {
    'app.js': made('script.js'),
    'app.css': made('style.css'),
    'favicon.svg': readFileSync(source('favicon.svg')),
  };
}

function hashedName(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  return name.replace('.', `.${hash}.`);
}

/** The files of the page, by name. */
export async function makePage() {
  const files = new Map();
  let index = readFileSync(source('index.html'), 'utf8').replace(/\n\s*/g, '\n');
  for (const [name, contents] of Object.entries(await parts())) {
    const hashed = hashedName(name, contents);
    files.set(hashed, contents);
    index = index.replace(`{{${name}}}`, hashed);
  }
  return files.set('index.html', Buffer.from(index));
}

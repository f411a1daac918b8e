// Rules that the compiler does not know. Text from events reaches this page, so nothing may ever be read as markup, and
// nothing may be asked of another host.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const kRules = [
  [
    /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|createContextualFragment/,
    'markup from text',
  ],
  [/\beval\(|new Function\(/, 'code from text'],
  [
    /<style|\sstyle="|<script>|\son(click|error|load|key|mouse|pointer)[a-z]*="/,
    'inline style or script, which the page’s policy refuses',
  ],
  [/@import\s+(url\()?['"]?(https?:)?\/\/|url\(\s*['"]?(https?:)?\/\//, 'a style or font from another host'],
  [/(fetch|EventSource|WebSocket|sendBeacon)\(\s*['"`](https?|wss?):/, 'a request to another host'],
  [/<(script|link|img|iframe)[^>]+(src|href)="(https?:)?\/\//, 'a part from another host'],
];

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return /\.(tsx?|css|html)$/.test(entry.name) ? [path] : [];
  });
}

let found = 0;
for (const path of filesIn(join(root, 'src'))) {
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      for (const [pattern, what] of kRules) {
        if (!pattern.test(line)) continue;
        found += 1;
        console.error(`${relative(root, path)}:${index + 1}: ${what}: ${line.trim()}`);
      }
    });
}
if (found > 0) process.exit(1);

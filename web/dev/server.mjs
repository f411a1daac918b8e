// For work on the page: serves it fresh from its sources at each reload, with the numbers of a running millrace.
//   npm run dev                                     numbers from http://127.0.0.1:8080
//   MILLRACE_URL=http://127.0.0.1:9000 npm run dev  numbers from elsewhere
import { createServer, request } from 'node:http';
import { makePage } from '../tools/page.mjs';

const upstream = new URL(process.env.MILLRACE_URL ?? 'http://127.0.0.1:8080');
const port = Number(process.env.PORT ?? 5173);

const kTypes = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
// As strict as the server's own, so that what would be refused there is refused here.
const kPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

let page = new Map();

async function serve(path, response) {
  const name = ['/', '/health'].includes(path) ? 'index.html' : path.slice(1);
  if (name === 'index.html') page = await makePage();
  const contents = page.get(name);
  if (!contents) return response.writeHead(404).end();
  const type = kTypes[name.split('.').pop()];
  return response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': kPolicy }).end(contents);
}

function forward(incoming, response) {
  const headers = { ...incoming.headers, host: upstream.host };
  const asked = request(new URL(incoming.url, upstream), { method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy()); // the page shows what it shows when the server is gone
  incoming.pipe(asked);
}

createServer((incoming, response) => {
  const { pathname } = new URL(incoming.url, 'http://page');
  if (pathname.startsWith('/v1/')) return forward(incoming, response);
  return serve(pathname, response).catch((error) => response.writeHead(500).end(String(error.message)));
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/ with the numbers of ${upstream}`));

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { RequestFailed, fetchOverview, kUnreachable } from './api';
import { kFixture } from './overview/overview_fixture';

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

interface Asked {
  url: string;
  headers: Headers;
}

/** Answers the next request, and tells what it was. */
function serverThat(answers: () => Response | Promise<Response>): Asked {
  const asked: Asked = { url: '', headers: new Headers() };
  globalThis.fetch = (url, init) => {
    asked.url = String(url);
    asked.headers = new Headers(init?.headers);
    return Promise.resolve().then(answers);
  };
  return asked;
}

const idle = new AbortController().signal;
const json = (body: unknown, init?: ResponseInit): Response => new Response(JSON.stringify(body), init);

async function failure(query = ''): Promise<RequestFailed> {
  try {
    await fetchOverview(query, null, idle);
  } catch (error) {
    assert.ok(error instanceof RequestFailed, String(error));
    return error;
  }
  throw new Error('it did not fail');
}

test('asks beside the page itself, so that it works under any path', async () => {
  const asked = serverThat(() => json(kFixture, { headers: { ETag: '"x"' } }));
  const answer = await fetchOverview('?device=mobile', null, idle);
  assert.equal(asked.url, 'v1/overview?device=mobile');
  assert.equal(asked.headers.get('If-None-Match'), null);
  assert.deepEqual(answer, { body: kFixture, etag: '"x"' });
});

test('an etag asks whether anything is new', async () => {
  const asked = serverThat(() => new Response(null, { status: 304 }));
  assert.equal(await fetchOverview('', '"x"', idle), 'unchanged');
  assert.equal(asked.headers.get('If-None-Match'), '"x"');
});

test('a refusal keeps its code and its message', async () => {
  serverThat(() => json({ error: { code: 'bad_range', message: 'from must be before to' } }, { status: 400 }));
  const { code, message } = await failure();
  assert.deepEqual([code, message], ['bad_range', 'from must be before to']);
});

test('a refusal without a reason still says its status', async () => {
  serverThat(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
  const { code, message } = await failure();
  assert.equal(code, 'http_502');
  assert.match(message, /502/);
});

test('a server that is not there is unreachable', async () => {
  serverThat(() => Promise.reject(new TypeError('fetch failed')));
  assert.equal((await failure()).code, kUnreachable);
});

test('an answer of another shape is refused, not drawn', async () => {
  for (const body of [null, [], 'overview', { range: {} }, { ...kFixture, series: null }]) {
    serverThat(() => json(body));
    assert.equal((await failure()).code, 'bad_answer');
  }
});

test('a request that was called off is no failure of the server', async () => {
  const request = new AbortController();
  serverThat(() => {
    request.abort();
    throw new Error('aborted');
  });
  await assert.rejects(fetchOverview('', null, request.signal), (error) => !(error instanceof RequestFailed));
});

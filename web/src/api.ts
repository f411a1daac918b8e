// What the server answers, and the one request that this page makes. Money is a decimal string and stays one.

export interface Overview {
  readonly range: Period & { readonly bucket_seconds: number };
  readonly stored: Period | null; // null: nothing is stored yet
  readonly previous: Period | null;
  readonly complete_to: string | null;
  readonly currency: string | null;
  readonly currencies: readonly string[];
  readonly totals: Totals;
  readonly previous_totals: Totals | null;
  readonly series: Series;
  readonly previous_series: Series | null;
  readonly pages: List<PageRow>;
  readonly products: List<ProductRow>;
  readonly categories: List<CategoryRow>;
  readonly devices: List<DeviceRow>;
  readonly sql: Readonly<Record<QueryName, string>>;
}

export interface Period {
  readonly from: string;
  readonly to: string; // excluded
}

/** What can be counted in a bucket of time as well as in the whole range. */
export interface Totals {
  readonly visits: number;
  readonly page_views: number;
  readonly cart_adds: number;
  readonly orders: number;
  readonly revenue: string;
  readonly visits_with_cart: number;
  readonly visits_with_purchase: number;
}

export interface Series {
  readonly start: readonly string[];
  readonly visits: readonly number[];
  readonly page_views: readonly number[];
  readonly orders: readonly number[];
  readonly revenue: readonly string[];
  readonly visits_with_cart: readonly number[];
  readonly visits_with_purchase: readonly number[];
}

export interface List<Row> {
  readonly total: number; // rows there are, of which at most 100 are here
  readonly rows: readonly Row[];
}

export interface PageRow {
  readonly key: string;
  readonly visits: number;
  readonly views: number;
}

export interface ProductRow {
  readonly key: string;
  readonly name: string;
  readonly units: number;
  readonly revenue: string;
}

export interface CategoryRow {
  readonly key: string;
  readonly units: number;
  readonly revenue: string;
}

export interface DeviceRow {
  readonly key: string;
  readonly visits: number;
}

export type QueryName = 'totals' | 'series' | 'pages' | 'products' | 'categories' | 'devices';

/** An answer that is none: the server refused, failed, or did not answer at all. */
export class RequestFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const kUnreachable = 'unreachable';

export type Answer = { readonly overview: Overview; readonly etag: string | null } | 'unchanged';

/** Asks for the overview. With the etag of an earlier answer to the same query the server may say that nothing changed. */
export async function fetchOverview(query: string, etag: string | null, signal: AbortSignal): Promise<Answer> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (etag) headers['If-None-Match'] = etag;
  const response = await send(query, { headers, signal, cache: 'no-store', credentials: 'same-origin' });
  if (response.status === 304) return 'unchanged';
  const body = await readJson(response, signal);
  if (!response.ok) throw refusal(response.status, body);
  if (!isOverview(body)) throw new RequestFailed('bad_answer', 'The server’s answer is not one this page understands.');
  return { overview: body, etag: response.headers.get('ETag') };
}

async function send(query: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`v1/overview${query}`, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new RequestFailed(kUnreachable, 'The server does not answer.');
  }
}

async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof SyntaxError) return null;
    throw new RequestFailed(kUnreachable, 'The answer broke off.');
  }
}

function refusal(status: number, body: unknown): RequestFailed {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const { code, message } = error;
  return new RequestFailed(
    typeof code === 'string' ? code : `http_${status}`,
    typeof message === 'string' ? message : `The server answered with status ${status} and gave no reason.`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const kParts = ['range', 'totals', 'series', 'pages', 'products', 'categories', 'devices', 'sql'];

function isOverview(value: unknown): value is Overview {
  return isRecord(value) && kParts.every((part) => isRecord(value[part]));
}

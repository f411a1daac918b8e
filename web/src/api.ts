// What the server answers about the shop, and how it is asked. Money is a decimal string and stays one.

export interface Overview {
  readonly has: readonly Part[];
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
  readonly stores: List<StoreRow>;
  readonly verticals: List<VerticalRow>;
  readonly shoppers: Shoppers | null;
  readonly sql: Readonly<Partial<Record<QueryName, string>>>; // of what there is
}

export interface Period {
  readonly from: string;
  readonly to: string; // excluded
}

/** What can be counted in a bucket of time as well as in the whole range, beside the revenue. */
export const kCounts = [
  'visits',
  'page_views',
  'cart_adds',
  'orders',
  'visits_with_cart',
  'visits_with_purchase',
  'item_views',
  'units',
  'stock_change',
] as const;
export type CountName = (typeof kCounts)[number];

export type Totals = Readonly<Record<CountName, number>> & { readonly revenue: string };

export type Series = Readonly<Record<CountName, readonly number[]>> & {
  readonly start: readonly string[];
  readonly revenue: readonly string[];
};

/** A number or a list that a shop has, or has not. */
export type Part = CountName | 'revenue' | ListName | 'shoppers';
export type ListName = 'pages' | 'products' | 'categories' | 'devices' | 'stores' | 'verticals';

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

export interface StoreRow {
  readonly key: string;
  readonly units: number;
}

export interface VerticalRow {
  readonly key: string;
  readonly orders: number;
  readonly revenue: string;
}

/** Who came how far, where there are no visits. */
export interface Shoppers {
  readonly viewed: number;
  readonly added: number;
  readonly bought: number;
}

export type QueryName = 'totals' | 'series' | 'shoppers' | ListName;

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

export type Answer<Body> = { readonly body: Body; readonly etag: string | null } | 'unchanged';

export function fetchOverview(query: string, etag: string | null, signal: AbortSignal): Promise<Answer<Overview>> {
  return ask(`v1/overview${query}`, hasMembers<Overview>(kParts), etag, signal);
}

/** Asks the server. With the etag of an earlier answer to the same query it may say that nothing changed. */
export async function ask<Body>(
  address: string,
  understood: (body: unknown) => body is Body,
  etag: string | null,
  signal: AbortSignal,
): Promise<Answer<Body>> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (etag) headers['If-None-Match'] = etag;
  const response = await send(address, { headers, signal, cache: 'no-store', credentials: 'same-origin' });
  if (response.status === 304) return 'unchanged';
  const body = await readJson(response, signal);
  if (!response.ok) throw refusal(response.status, body);
  if (!understood(body)) throw new RequestFailed('bad_answer', 'The server’s answer is not one this page understands.');
  return { body, etag: response.headers.get('ETag') };
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
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

const kParts = ['has', 'range', 'totals', 'series', 'pages', 'products', 'categories', 'devices', 'sql'];

/** Whether an answer has these members, each an object or a list. */
export function hasMembers<Body>(names: readonly string[]): (body: unknown) => body is Body {
  return (body): body is Body => isRecord(body) && names.every((name) => isRecord(body[name]));
}

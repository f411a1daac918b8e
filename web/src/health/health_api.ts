// What the server answers about the health of the data. Counts are what DuckDB counted; a sum beyond 2^53 is a string.

import { type Answer, ask, hasMembers } from '../api';

type Count = number | string;

/** What became of records, and of the events and the items in them. */
export interface Outcome {
  readonly received: Count;
  readonly stored: Count;
  readonly dead_letters: Count;
  readonly duplicates: Count;
  readonly pending: Count; // records that a load has set aside and not settled yet
  readonly events_received: Count;
  readonly events_stored: Count;
  readonly events_dead_letters: Count;
  readonly events_duplicates: Count;
  readonly items_received: Count;
  readonly items_stored: Count;
  readonly items_dead_letters: Count;
  readonly items_duplicates: Count;
}

export interface LoadRow extends Outcome {
  readonly load_id: Count;
  readonly file: string;
  readonly contract: string;
  readonly bytes: Count | null; // null: not read to its end yet
  readonly from_byte: Count;
  readonly state: string;
  readonly started_at: string;
  readonly finished_at: string | null;
}

export interface ContractRow extends Outcome {
  readonly contract: string;
  readonly loads: number;
  readonly bytes: Count | null;
}

export interface Loads {
  readonly total: number;
  readonly loads: readonly LoadRow[];
  readonly contracts: readonly ContractRow[];
  readonly sql: Readonly<Record<'loads' | 'contracts', string>>;
}

export interface RefusalRow {
  readonly key: string;
  readonly dead_letters: number;
  readonly newest: string;
  readonly of_dead_letters: number; // of all rows there are, of which at most 100 are here
  readonly of_keys: number;
}

export interface Refusals {
  readonly total: number;
  readonly reasons: readonly RefusalRow[];
  readonly contracts: readonly RefusalRow[];
  readonly files: readonly RefusalRow[];
  readonly sql: Readonly<Record<'reasons' | 'contracts' | 'files', string>>;
}

export interface DeadLetter {
  readonly id: string;
  readonly reason: string;
  readonly message: string;
  readonly unit: string;
  readonly contract: string;
  readonly contract_version: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly event_index: number | null;
  readonly received_at: string;
  readonly status: string;
  readonly bytes: number;
  readonly payload: string; // the first of its bytes, as base64
}

export interface Letters {
  readonly total: number;
  readonly dead_letters: readonly DeadLetter[];
  readonly sql: Readonly<Record<'dead_letters', string>>;
}

type Asked<Body> = (query: string, etag: string | null, signal: AbortSignal) => Promise<Answer<Body>>;

const asks =
  <Body>(path: string, members: readonly string[]): Asked<Body> =>
  (query, etag, signal) =>
    ask(path + query, hasMembers<Body>(members), etag, signal);

export const fetchLoads = asks<Loads>('v1/health/loads', ['loads', 'contracts', 'sql']);
export const fetchRefusals = asks<Refusals>('v1/health/dead-letters', ['reasons', 'contracts', 'files', 'sql']);
export const fetchLetters = asks<Letters>('v1/dead-letters', ['dead_letters', 'sql']);

/** Where the exact bytes of a dead letter are. */
export function payloadAddress({ id }: DeadLetter): string {
  return `v1/dead-letters/${id}/payload`;
}

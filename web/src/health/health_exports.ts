// What the tiles of the Data health screen give away.

import { type Cell, csv } from '../parts/csv';
import type { Export } from '../parts/tile_menu';
import type { Letters, Loads, RefusalRow, Refusals } from './health_api';

function pair(sql: string, header: readonly string[], rows: () => Cell[][]): Export[] {
  return [
    { label: 'Copy as SQL', text: () => sql },
    { label: 'Copy as CSV', text: () => csv(header, rows()) },
  ];
}

/** Numbers stay numbers, however large. */
const counted = (count: number | string | null): Cell => (typeof count === 'string' ? { decimal: count } : count);

const kOutcome = ['received', 'stored', 'dead_letters', 'duplicates', 'pending'] as const;

export function contractsExports({ contracts, sql }: Loads): Export[] {
  return pair(sql.contracts, ['contract', 'loads', 'bytes', ...kOutcome], () =>
    contracts.map((row) => [row.contract, row.loads, counted(row.bytes), ...kOutcome.map((name) => counted(row[name]))]),
  );
}

export function loadsExports({ loads, sql }: Loads): Export[] {
  return pair(sql.loads, ['file', 'contract', 'bytes', 'state', 'started_at', ...kOutcome], () =>
    loads.map((row) => [
      row.file,
      row.contract,
      counted(row.bytes),
      row.state,
      row.started_at,
      ...kOutcome.map((name) => counted(row[name])),
    ]),
  );
}

export function refusalsExports({ sql }: Refusals, list: keyof Refusals['sql'], rows: readonly RefusalRow[]): Export[] {
  return pair(sql[list], ['value', 'dead_letters', 'newest'], () =>
    rows.map(({ key, dead_letters, newest }) => [key, dead_letters, newest]),
  );
}

export function lettersExports({ dead_letters, sql }: Letters): Export[] {
  return pair(sql.dead_letters, ['id', 'reason', 'message', 'file', 'line', 'bytes', 'received_at'], () =>
    dead_letters.map((each) => [
      { decimal: each.id },
      each.reason,
      each.message,
      each.file,
      each.line,
      each.bytes,
      each.received_at,
    ]),
  );
}

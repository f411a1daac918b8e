// What was received and what became of it: a sum of each contract, and each load.

import { counted } from '../number/format';
import { Tile } from '../parts/tile';
import { kLoadsOnPage } from '../state/health_view';
import { healthView, showHealth, toggleHealthFilter } from '../state/store';
import { unaccounted } from './balance';
import type { ContractRow, LoadRow, Loads, Outcome } from './health_api';
import { contractsExports, loadsExports } from './health_exports';
import { baseName, large, moment, size } from './moment';
import { Pager } from './pager';

const kOutcomes = [
  ['received', 'Received'],
  ['stored', '= Stored'],
  ['dead_letters', '+ Dead letters'],
  ['duplicates', '+ Duplicates'],
] as const;

export function ContractSums({ received }: { received: Loads }) {
  return (
    <Tile
      title="What was received"
      measure="records"
      exports={contractsExports(received)}
      size="whole"
      testId="contract-sums"
    >
      <table class="table">
        <thead>
          <tr>
            <th>Contract</th>
            <th class="number">Loads</th>
            {kOutcomes.map(([name, label]) => (
              <th class="number" key={name}>
                {label}
              </th>
            ))}
            <th>Adds up</th>
          </tr>
        </thead>
        <tbody>
          {received.contracts.map((row) => (
            <ContractLine key={row.contract} row={row} />
          ))}
        </tbody>
      </table>
    </Tile>
  );
}

function ContractLine({ row }: { row: ContractRow }) {
  return (
    <tr data-key={row.contract}>
      <td class="name">
        <FilterButton dimension="contract" value={row.contract} />
      </td>
      <td class="number" data-label="Loads">
        {large(row.loads)}
      </td>
      <OutcomeCells outcome={row} />
    </tr>
  );
}

function FilterButton({ dimension, value }: { dimension: 'contract' | 'file'; value: string }) {
  return (
    <button
      type="button"
      class="cell-button"
      title={value}
      aria-pressed={healthView.value.filters[dimension] === value}
      onClick={() => toggleHealthFilter(dimension, value)}
    >
      {dimension === 'file' ? baseName(value) : value}
    </button>
  );
}

function OutcomeCells({ outcome }: { outcome: Outcome }) {
  return (
    <>
      {kOutcomes.map(([name, label]) => (
        <td class="number" data-label={label} key={name} title={partsTitle(outcome, name)}>
          <data value={String(outcome[name])} class={name === 'dead_letters' && outcome[name] !== 0 ? 'refused' : ''}>
            {large(outcome[name])}
          </data>
        </td>
      ))}
      <td data-label="Adds up">
        <Verdict outcome={outcome} />
      </td>
    </>
  );
}

type Counted = (typeof kOutcomes)[number][0];

/** What the records held, where they held anything. */
function partsTitle(outcome: Outcome, name: Counted): string {
  const events = outcome[`events_${name}`];
  const items = outcome[`items_${name}`];
  const parts = [[outcome[name], 'records'] as const, [events, 'events'] as const, [items, 'items'] as const];
  return outcome.events_received === 0
    ? `${large(outcome[name])} records`
    : parts.map(([value, of]) => `${large(value)} ${of}`).join('\n');
}

function Verdict({ outcome }: { outcome: Outcome }) {
  const missing = unaccounted(outcome);
  if (missing !== 0n) return <span class="verdict bad">✗ {String(missing)} unaccounted for</span>;
  if (outcome.pending !== 0) return <span class="verdict">with {large(outcome.pending)} pending</span>;
  return (
    <span class="verdict good" title="received = stored + dead letters + duplicates, for records, events and items">
      ✓ yes
    </span>
  );
}

export function LoadsTable({ received }: { received: Loads }) {
  return (
    <Tile
      title="Loads"
      measure={counted(received.total, 'load')}
      exports={loadsExports(received)}
      size="whole"
      testId="loads"
    >
      <table class="table">
        <thead>
          <tr>
            <th>File</th>
            <th>Contract</th>
            <th class="number">Size</th>
            {kOutcomes.map(([name, label]) => (
              <th class="number" key={name}>
                {label}
              </th>
            ))}
            <th>Adds up</th>
            <th>When</th>
          </tr>
        </thead>
        <tbody>
          {received.loads.map((row) => (
            <LoadLine key={row.load_id} row={row} />
          ))}
        </tbody>
      </table>
      <Pager
        page={healthView.value.loads}
        rows={kLoadsOnPage}
        total={received.total}
        of="loads"
        onPage={(loads) => showHealth({ loads })}
      />
    </Tile>
  );
}

function LoadLine({ row }: { row: LoadRow }) {
  const bytes = row.bytes === null ? '–' : size(row.bytes);
  const exact = row.bytes === null ? 'not read to its end yet' : `${large(row.bytes)} bytes`;
  const grown = Number(row.from_byte) > 0 ? `\nread from byte ${large(row.from_byte)} on: the rest was known` : '';
  const finished = row.finished_at ? `finished ${moment(row.finished_at)}` : 'not finished';
  return (
    <tr data-key={String(row.load_id)}>
      <td class="name">
        <FilterButton dimension="file" value={row.file} />
      </td>
      <td data-label="Contract">{row.contract}</td>
      <td class="number" data-label="Size" title={exact + grown}>
        {bytes}
      </td>
      <OutcomeCells outcome={row} />
      <td data-label="When" class="when" title={`started ${moment(row.started_at)}\n${finished}`}>
        {row.state === 'complete' ? moment(row.started_at) : <span class="verdict late">{row.state}</span>}
      </td>
    </tr>
  );
}

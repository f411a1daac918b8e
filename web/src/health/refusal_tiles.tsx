// Dead letters by reason, contract and file: ranked lists, of which a click keeps one.

import { count, counted, share } from '../number/format';
import { fraction } from '../number/fraction';
import { RankedList, type RankedRow } from '../parts/ranked_list';
import { Tile } from '../parts/tile';
import type { HealthDimension } from '../state/health_view';
import { healthView, toggleHealthFilter } from '../state/store';
import type { RefusalRow, Refusals } from './health_api';
import { refusalsExports } from './health_exports';
import { baseName, moment } from './moment';

interface List {
  readonly list: 'reasons' | 'contracts' | 'files';
  readonly dimension: HealthDimension;
  readonly title: string;
}

const kLists: readonly List[] = [
  { list: 'reasons', dimension: 'reason', title: 'Dead letters by reason' },
  { list: 'contracts', dimension: 'contract', title: 'By contract' },
  { list: 'files', dimension: 'file', title: 'By file' },
];

export function RefusalTiles({ refused }: { refused: Refusals }) {
  if (kLists.every(({ list }) => refused[list].length === 0)) return <NothingRefused refused={refused} />;
  return (
    <>
      {kLists.map(({ list, dimension, title }) => {
        const rows = refused[list];
        return (
          <Tile
            key={list}
            title={title}
            measure="dead letters"
            exports={refusalsExports(refused, list, rows)}
            size="third"
            testId={list}
          >
            <RankedList
              rows={rows.map((row) => refusalRow(row, dimension))}
              total={rows[0]?.of_keys ?? 0}
              one={dimension}
              many={list}
              empty="Nothing was refused."
              chosen={healthView.value.filters[dimension] ?? null}
              onChoose={(value) => toggleHealthFilter(dimension, value)}
            />
          </Tile>
        );
      })}
    </>
  );
}

function NothingRefused({ refused }: { refused: Refusals }) {
  return (
    <Tile
      title="Dead letters"
      measure="none"
      exports={refusalsExports(refused, 'reasons', [])}
      size="whole"
      testId="reasons"
    >
      <p class="list-empty">Nothing was refused: every record that was received is stored, or was known already.</p>
    </Tile>
  );
}

function refusalRow(row: RefusalRow, dimension: HealthDimension): RankedRow {
  const { key, dead_letters, newest } = row;
  const part = fraction(BigInt(dead_letters), BigInt(row.of_dead_letters));
  const percent = part ? share(part) : '';
  return {
    key,
    label: dimension === 'file' ? baseName(key) : key,
    title: `${key}\n${counted(dead_letters, 'dead letter')}, ${percent}\nnewest ${moment(newest)}`,
    size: dead_letters,
    value: count(dead_letters),
    exact: String(dead_letters),
    note: percent,
  };
}

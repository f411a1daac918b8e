// Values in order of size, each a button with its bar behind the text. Choosing one filters the page; the others
// stay, faded.

import { useSignal } from '@preact/signals';
import { counted } from '../number/format';

export interface RankedRow {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly size: number; // of the bar, in any unit, ≥ 0
  readonly value: string; // as shown
  readonly exact: string; // as sent
  readonly note?: string; // a second, quieter number
}

interface Props {
  readonly rows: readonly RankedRow[];
  readonly total: number; // there may be more than are here
  readonly one: string;
  readonly many: string;
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
  readonly empty: string;
}

const kShort = 7;

export function RankedList({ rows, total, one, many, chosen, onChoose, empty }: Props) {
  const long = useSignal(false);
  if (rows.length === 0) return <p class="list-empty">{empty}</p>;
  const largest = Math.max(...rows.map((row) => row.size));
  return (
    <>
      <ul class={`ranked${chosen === null ? '' : ' has-chosen'}`}>
        {visible(rows, long.value, chosen).map((row) => (
          <Row key={row.key} row={row} largest={largest} chosen={row.key === chosen} onChoose={onChoose} />
        ))}
      </ul>
      <Foot
        rows={rows.length}
        total={total}
        names={[one, many]}
        long={long.value}
        toggle={() => (long.value = !long.value)}
      />
    </>
  );
}

/** The first few rows; the chosen one is always among them. */
function visible(rows: readonly RankedRow[], long: boolean, chosen: string | null): readonly RankedRow[] {
  if (long || rows.length <= kShort) return rows;
  const short = rows.slice(0, kShort);
  const row = short.some(({ key }) => key === chosen) ? undefined : rows.find(({ key }) => key === chosen);
  return row ? [...short.slice(0, -1), row] : short;
}

interface RowProps {
  readonly row: RankedRow;
  readonly largest: number;
  readonly chosen: boolean;
  readonly onChoose: (key: string) => void;
}

function Row({ row, largest, chosen, onChoose }: RowProps) {
  const width = largest > 0 ? `${Math.max(0, (row.size / largest) * 100)}%` : '0';
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-pressed={chosen}
        disabled={row.key === ''}
        title={row.title}
        data-key={row.key}
        onClick={() => onChoose(row.key)}
      >
        <span class="bar" style={{ width }} />
        <span class="row-label">{row.label || '(empty)'}</span>
        {row.note && <span class="row-note">{row.note}</span>}
        <data class="row-value" value={row.exact}>
          {row.value}
        </data>
      </button>
    </li>
  );
}

interface FootProps {
  readonly rows: number;
  readonly total: number;
  readonly names: readonly [string, string];
  readonly long: boolean;
  readonly toggle: () => void;
}

function Foot({ rows, total, names, long, toggle }: FootProps) {
  const all = counted(total, ...names);
  if (rows <= kShort) return <p class="list-foot">{all}</p>;
  const beyond = total > rows ? `the first ${rows} of ${all}` : `all ${all}`;
  return (
    <button type="button" class="list-foot" aria-expanded={long} onClick={toggle}>
      {long ? 'Show fewer' : `Show ${beyond}`}
    </button>
  );
}

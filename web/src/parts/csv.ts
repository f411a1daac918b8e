// Tables as CSV (RFC 4180) that a spreadsheet can open without running what a shop's visitor wrote: a text that would
// be read as a formula gets a leading apostrophe. Numbers are told apart by their type and stay numbers, signs
// included.

export interface Decimal {
  readonly decimal: string;
}

export type Cell = string | number | Decimal | null;

export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return cell.decimal;
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

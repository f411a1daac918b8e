// What the Data health screen shows, as the reader chose it; the whole of it is in the page's address.

export const kHealthDimensions = ['reason', 'contract', 'file'] as const;
export type HealthDimension = (typeof kHealthDimensions)[number];

export interface HealthView {
  readonly filters: Readonly<Partial<Record<HealthDimension, string>>>;
  readonly loads: number; // which page of them, from 0
  readonly letters: number;
}

export const kLoadsOnPage = 20;
export const kLettersOnPage = 10;
const kPagesMost = 1_000_000;

export function parseHealthView(search: string): HealthView {
  const parameters = new URLSearchParams(search);
  const filters: Partial<Record<HealthDimension, string>> = {};
  for (const dimension of kHealthDimensions) {
    const value = parameters.get(dimension);
    if (value) filters[dimension] = value;
  }
  return { filters, loads: pageIn(parameters, 'loads'), letters: pageIn(parameters, 'letters') };
}

/** In the address the first page is 1, and left out. */
function pageIn(parameters: URLSearchParams, name: string): number {
  const page = Number(parameters.get(name) ?? '1');
  return Number.isInteger(page) && page > 0 && page <= kPagesMost ? page - 1 : 0;
}

export function formatHealthView({ filters, loads, letters }: HealthView): string {
  const parameters = new URLSearchParams(filters);
  if (loads > 0) parameters.set('loads', String(loads + 1));
  if (letters > 0) parameters.set('letters', String(letters + 1));
  return asSearch(parameters);
}

export function loadsQuery({ filters: { contract, file }, loads }: HealthView): string {
  return query({ contract, file }, loads, kLoadsOnPage);
}

export function refusalsQuery({ filters }: HealthView): string {
  return asSearch(new URLSearchParams(filters));
}

export function lettersQuery({ filters, letters }: HealthView): string {
  return query(filters, letters, kLettersOnPage);
}

function query(filters: Record<string, string | undefined>, page: number, rows: number): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value) parameters.set(name, value);
  parameters.set('limit', String(rows));
  parameters.set('offset', String(page * rows));
  return asSearch(parameters);
}

function asSearch(parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text && `?${text}`;
}

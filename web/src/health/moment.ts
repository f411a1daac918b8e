// When something was received, how much it was, and out of which file.

import { count } from '../number/format';
import { fromDecimal } from '../number/fraction';
import { clockWithSeconds, date } from '../time/utc';

/** "1 Dec 2010, 08:26:00 UTC" */
export function moment(iso: string): string {
  const time_ms = Date.parse(iso);
  return `${date(time_ms)}, ${clockWithSeconds(time_ms)} UTC`;
}

/** A count that may be beyond what a number holds. */
export function large(value: number | string): string {
  return count(fromDecimal(String(value)));
}

/** A file without its folders, which stand in the title. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1) || file;
}

const kScales: readonly (readonly [number, string])[] = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
];

/** "242.7 kB" */
export function size(bytes: number | string): string {
  const value = Number(bytes);
  const [scale, unit] = kScales.find(([scale]) => value >= scale) ?? [1, 'bytes'];
  return `${scale === 1 ? value : (value / scale).toFixed(1)} ${unit}`;
}

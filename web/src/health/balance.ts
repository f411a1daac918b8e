// The identity that holds for all that is received: received = stored + dead letters + duplicates, and while a load
// runs, what it has not settled yet.

import type { Outcome } from './health_api';

const kUnits = ['', 'events_', 'items_'] as const;

/** How many are unaccounted for, over records, events and items; 0n is as it must be. */
export function unaccounted(outcome: Outcome): bigint {
  const missing = kUnits.map((unit) => {
    const { [`${unit}received` as const]: received, [`${unit}stored` as const]: stored } = outcome;
    const { [`${unit}dead_letters` as const]: dead, [`${unit}duplicates` as const]: again } = outcome;
    const pending = unit === '' ? BigInt(outcome.pending) : 0n;
    return BigInt(received) - BigInt(stored) - BigInt(dead) - BigInt(again) - pending;
  });
  return missing.reduce((sum, each) => sum + (each < 0n ? -each : each), 0n);
}

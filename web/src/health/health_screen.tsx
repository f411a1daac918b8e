// Data health: what was received, what became of it, and what was refused, why, with its exact bytes.

import { LoadFailed, RenewFailed } from '../parts/failures';
import { Command, Notice } from '../parts/notice';
import { healthView, letters, loads, refusals, showEverything } from '../state/store';
import { DeadLetters } from './dead_letters';
import { HealthSkeleton } from './health_skeleton';
import { ContractSums, LoadsTable } from './loads';
import { RefusalTiles } from './refusal_tiles';

const kAskers = [loads, refusals, letters];

export function HealthScreen() {
  const failed = kAskers.find(({ failure, asked }) => failure.value?.query === asked.value);
  const busy = kAskers.some(({ loaded, asked }) => loaded.value?.query !== asked.value);
  const [received, refused, sample] = [loads.loaded.value?.body, refusals.loaded.value?.body, letters.loaded.value?.body];
  if (failed?.failure.value && busy) return <LoadFailed failure={failed.failure.value} refresher={failed} />;
  if (!received || !refused || !sample) return <HealthSkeleton />;
  if (received.total === 0 && refused.total === 0) return <NothingReceived />;
  const waiting = kAskers.some((asker) => asker.waiting.value);
  return (
    <div class={`tiles${waiting ? ' waiting' : ''}`} aria-busy={busy} data-testid="health">
      {failed?.failure.value && <RenewFailed failure={failed.failure.value} refresher={failed} />}
      <ContractSums received={received} />
      <RefusalTiles refused={refused} />
      {refused.total > 0 && <DeadLetters letters={sample} />}
      <LoadsTable received={received} />
    </div>
  );
}

function NothingReceived() {
  if (Object.keys(healthView.value.filters).length > 0) {
    return (
      <Notice title="Nothing matches these filters" testId="no-health">
        <div class="actions">
          <button type="button" class="button" onClick={showEverything}>
            Clear filters
          </button>
        </div>
      </Notice>
    );
  }
  return (
    <Notice title="Nothing was received yet" testId="no-health">
      <p>This screen tells of every file what became of its records. Load some:</p>
      <Command text="millrace load PATH" />
      <p class="quiet">It looks again by itself; there is no need to reload.</p>
    </Notice>
  );
}

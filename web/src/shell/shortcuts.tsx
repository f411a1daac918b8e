// All keys, on one sheet.

import { signal } from '@preact/signals';
import { kKpis } from '../overview/kpi';
import { Dialog } from './dialog';

export const shortcutsOpen = signal(false);

const kKeys: readonly (readonly [string, string])[] = [
  ['/', 'Filter'],
  ['t', 'Range of time'],
  ['c', 'Compare with the period before, or not'],
  ...kKpis.map(({ label }, index) => [String(index + 1), `Show ${label.toLowerCase()} over time`] as const),
  ['← →', 'Read the chart, once it has the focus'],
  ['Esc', 'Close, or take the last filter back'],
  ['?', 'This sheet'],
];

export function Shortcuts() {
  return (
    <Dialog open={shortcutsOpen} name="Keyboard shortcuts" class="shortcuts" testId="shortcuts">
      <div class="shortcuts-head">
        <h2>Keyboard</h2>
        <button
          type="button"
          class="quiet-button"
          aria-label="Close"
          autofocus
          onClick={() => (shortcutsOpen.value = false)}
        >
          ×
        </button>
      </div>
      <dl>
        {kKeys.map(([key, does]) => (
          <div class="shortcut" key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

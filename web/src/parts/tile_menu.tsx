// The menu of a tile: what it shows, to take away as SQL or as CSV.

import { useSignal } from '@preact/signals';
import { copy } from './clipboard';
import { Popover } from './popover';

export interface Export {
  readonly label: string;
  readonly text: () => string;
}

const kSayFor_ms = 1_500;

export function TileMenu({ of, exports }: { of: string; exports: readonly Export[] }) {
  const open = useSignal(false);
  const said = useSignal('');

  const take = async (text: string): Promise<void> => {
    said.value = (await copy(text)) ? 'Copied' : 'This browser refused to copy';
    open.value = false;
    setTimeout(() => (said.value = ''), kSayFor_ms);
  };

  return (
    <div class="tile-menu">
      <span class="said" role="status">
        {said}
      </span>
      <Popover
        open={open}
        label={<Dots />}
        name={`Copy ${of}`}
        buttonClass="quiet-button"
        side="right"
        testId="tile-menu"
      >
        <div class="menu" role="group" aria-label={`Copy ${of}`}>
          {exports.map(({ label, text }) => (
            <button type="button" class="menu-item" data-item="" key={label} onClick={() => void take(text())}>
              {label}
            </button>
          ))}
        </div>
      </Popover>
    </div>
  );
}

function Dots() {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="3" cy="8" r="1.3" />
      <circle cx="8" cy="8" r="1.3" />
      <circle cx="13" cy="8" r="1.3" />
    </svg>
  );
}

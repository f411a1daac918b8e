// Filtering by keyboard: type a few letters of a value, choose it with the arrow keys and Enter.

import { signal, useSignal } from '@preact/signals';
import { overview, setFilter } from '../state/store';
import { type Filter, dimensionsOf } from '../state/dimensions';
import { Dialog } from './dialog';
import { type Suggestion, suggestions } from './filter_search';

export const filterPaletteOpen = signal(false);

export function FilterPalette() {
  return (
    <Dialog open={filterPaletteOpen} name="Filter" class="palette" testId="filter-palette">
      <Search />
    </Dialog>
  );
}

function choose({ dimension, value }: Filter): void {
  filterPaletteOpen.value = false;
  setFilter({ dimension, value });
}

function Search() {
  const typed = useSignal('');
  const at = useSignal(0);
  const found = suggestions(typed.value, overview.value);
  const choices = inWords(dimensionsOf(overview.value?.has ?? []));

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const chosen = found[at.value];
    if (step !== 0) at.value = (at.value + step + found.length) % Math.max(1, found.length);
    else if (event.key === 'Enter' && chosen) choose(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        type="text"
        class="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-found"
        aria-activedescendant={found[at.value] && `palette-${at.value}`}
        aria-label={choices}
        placeholder={choices}
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul class="palette-found" id="palette-found" role="listbox" aria-label="Values">
        {found.map((each, index) => (
          <Option key={`${each.dimension}:${each.value}`} index={index} suggestion={each} chosen={index === at.value} />
        ))}
      </ul>
      {found.length === 0 && <p class="quiet palette-none">{kNothing}</p>}
    </>
  );
}

/** "A device, page or step" */
function inWords(names: readonly string[]): string {
  const last = names[names.length - 1] ?? 'value';
  return names.length < 2 ? `A ${last}` : `A ${names.slice(0, -1).join(', ')} or ${last}`;
}

const kNothing = 'Nothing on this page matches. A value that is not shown can be typed whole, as in page:https://…';

function Option({ index, suggestion, chosen }: { index: number; suggestion: Suggestion; chosen: boolean }) {
  return (
    <li
      id={`palette-${index}`}
      role="option"
      class="palette-option"
      aria-selected={chosen}
      title={suggestion.value}
      onClick={() => choose(suggestion)}
    >
      <span class="palette-dimension">{suggestion.dimension}</span>
      <span class="palette-label">{suggestion.label}</span>
      <span class="palette-hint">{suggestion.hint}</span>
    </li>
  );
}

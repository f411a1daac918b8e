// The keys that work anywhere on the page. Popovers, dialogs and fields keep theirs to themselves.

import { kpisOf } from '../overview/kpi';
import type { Screen } from '../state/screen';
import { dropLastFilter, go, overview, screen, show, view } from '../state/store';
import type { KpiId } from '../state/view';
import { filterPaletteOpen } from './filter_palette';
import { rangePickerOpen } from './range_picker';
import { shortcutsOpen } from './shortcuts';

export function followKeyboard(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (act(event.key)) event.preventDefault();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

/** Does what the key stands for; false if it stands for nothing. */
function act(key: string): boolean {
  const screenKey = afterG;
  afterG = key === 'g';
  if (afterG) return true;
  if (screenKey) return goTo(key);
  switch (key) {
    case '?':
      shortcutsOpen.value = true;
      return true;
    case 'Escape':
      dropLastFilter();
      return true;
    default:
      return screen.value === 'overview' && actOnOverview(key);
  }
}

// "g" waits for the letter of a screen.
let afterG = false;

function goTo(letter: string): boolean {
  const to = { o: 'overview', h: 'health' }[letter] as Screen | undefined;
  if (to) go(to);
  return to !== undefined;
}

function actOnOverview(key: string): boolean {
  switch (key) {
    case '/':
      filterPaletteOpen.value = true;
      return true;
    case 't':
      rangePickerOpen.value = true;
      return true;
    case 'c':
      if (view.value.range !== 'all') show({ compare: !view.value.compare });
      return true;
    default:
      return chooseKpi(kpisOf(overview.value?.has)[Number(key) - 1]?.id);
  }
}

function chooseKpi(kpi: KpiId | undefined): boolean {
  if (kpi) show({ kpi });
  return kpi !== undefined;
}

// The keys that work anywhere on the page. Popovers, dialogs and fields keep theirs to themselves.

import { dropLastFilter, show, view } from '../state/store';
import { kKpiIds } from '../state/view';
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
    case '?':
      shortcutsOpen.value = true;
      return true;
    case 'Escape':
      dropLastFilter();
      return true;
    default:
      return chooseKpi(kKpiIds[Number(key) - 1]);
  }
}

function chooseKpi(kpi: (typeof kKpiIds)[number] | undefined): boolean {
  if (kpi) show({ kpi });
  return kpi !== undefined;
}

// The page's state: the view, from and to its address, and the numbers that answer it.

import { computed, effect, signal } from '@preact/signals';
import { fetchOverview } from '../api';
import type { Dimension, Filter } from './dimensions';
import { Refresher } from './refresher';
import { type View, filterValue, formatView, overviewQuery, parseView, withFilter, withoutFilter } from './view';

export const view = signal<View>(parseView(location.search));

export const refresher = new Refresher(() => overviewQuery(view.value, Date.now()), {
  ask: fetchOverview,
  now_ms: Date.now,
  after: (delay_ms, action) => {
    const timer = setTimeout(action, delay_ms);
    return () => clearTimeout(timer);
  },
});

/** The newest numbers, which for a moment may still be those of the view before. */
export const overview = computed(() => refresher.loaded.value?.overview ?? null);

/** Shows another view, as a new entry of the browser's history. */
export function show(changes: Partial<View>): void {
  const next = { ...view.value, ...changes };
  const address = formatView(next);
  if (address === formatView(view.value)) return;
  history.pushState(null, '', location.pathname + address);
  view.value = next;
}

export function setFilter(filter: Filter): void {
  show({ filters: withFilter(view.value.filters, filter) });
}

export function dropFilter(dimension: Dimension): void {
  show({ filters: withoutFilter(view.value.filters, dimension) });
}

/** Sets the filter, or takes it back if it is already set. */
export function toggleFilter(filter: Filter): void {
  if (filterValue(view.value, filter.dimension) === filter.value) dropFilter(filter.dimension);
  else setFilter(filter);
}

export function dropLastFilter(): void {
  show({ filters: view.value.filters.slice(0, -1) });
}

/** Follows the browser: its Back and Forward, and whether anybody is looking. */
export function followBrowser(): void {
  addEventListener('popstate', () => (view.value = parseView(location.search)));
  const follow = (): void => (document.hidden ? refresher.stop() : refresher.start());
  document.addEventListener('visibilitychange', follow);
  follow();
  const question = computed(() => overviewQuery(view.value, Date.now()));
  let asked = question.value;
  effect(() => {
    if (question.value === asked) return;
    asked = question.value;
    void refresher.refresh();
  });
}

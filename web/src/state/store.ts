// The page's state: the screen, its view, from and to its address, and the answers to it.

import { computed, effect, signal, untracked } from '@preact/signals';
import { type Answer, fetchOverview } from '../api';
import { fetchLetters, fetchLoads, fetchRefusals } from '../health/health_api';
import type { Dimension, Filter } from './dimensions';
import {
  type HealthDimension,
  type HealthView,
  formatHealthView,
  lettersQuery,
  loadsQuery,
  parseHealthView,
  refusalsQuery,
} from './health_view';
import { Refresher } from './refresher';
import { type Screen, screenAt } from './screen';
import {
  type View,
  filterValue,
  formatView,
  kDefaultView,
  overviewQuery,
  parseView,
  withFilter,
  withoutFilter,
} from './view';

export const screen = signal<Screen>(screenAt(location.pathname));
export const view = signal<View>(parseView(screen.value === 'overview' ? location.search : ''));
export const healthView = signal<HealthView>(parseHealthView(screen.value === 'health' ? location.search : ''));

type Ask<Body> = (query: string, etag: string | null, signal: AbortSignal) => Promise<Answer<Body>>;

function made<Body>(query: () => string, ask: Ask<Body>): Refresher<Body> {
  return new Refresher(query, {
    ask,
    now_ms: Date.now,
    after: (delay_ms, action) => {
      const timer = setTimeout(action, delay_ms);
      return () => clearTimeout(timer);
    },
  });
}

export const refresher = made(() => overviewQuery(view.value, Date.now()), fetchOverview);
export const loads = made(() => loadsQuery(healthView.value), fetchLoads);
export const refusals = made(() => refusalsQuery(healthView.value), fetchRefusals);
export const letters = made(() => lettersQuery(healthView.value), fetchLetters);

const kAskers = { overview: [refresher], health: [loads, refusals, letters] };

/** What says whether the server is heard. */
export const heard = computed(() => (screen.value === 'health' ? loads : refresher));

/** The newest numbers, which for a moment may still be those of the view before. */
export const overview = computed(() => refresher.loaded.value?.body ?? null);

const addressOf = (of: Screen): string =>
  of === 'overview' ? formatView(view.value) : formatHealthView(healthView.value);

/** The page's address up to its last slash, wherever it is served. */
function base(): string {
  return location.pathname.slice(0, location.pathname.lastIndexOf('/') + 1);
}

function remember(): void {
  history.pushState(null, '', base() + (screen.value === 'health' ? 'health' : '') + addressOf(screen.value));
}

/** Goes to another screen, as it was left. */
export function go(to: Screen): void {
  if (to === screen.value) return;
  screen.value = to;
  remember();
  scrollTo(0, 0);
}

/** Shows another view, as a new entry of the browser's history. */
export function show(changes: Partial<View>): void {
  const next = { ...view.value, ...changes };
  if (formatView(next) === formatView(view.value)) return;
  view.value = next;
  remember();
}

export function showHealth(changes: Partial<HealthView>): void {
  const next = { ...healthView.value, ...changes };
  if (formatHealthView(next) === formatHealthView(healthView.value)) return;
  healthView.value = next;
  remember();
}

export function showEverything(): void {
  if (screen.value === 'health') showHealth(parseHealthView(''));
  else show(kDefaultView);
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

/** Sets a filter of the Data health screen, or takes it back; the lists begin again at their first page. */
export function toggleHealthFilter(dimension: HealthDimension, value: string): void {
  const { [dimension]: old, ...others } = healthView.value.filters;
  showHealth({ filters: old === value ? others : { ...others, [dimension]: value }, loads: 0, letters: 0 });
}

export function dropLastFilter(): void {
  if (screen.value === 'overview') return show({ filters: view.value.filters.slice(0, -1) });
  const [dimension, value] = Object.entries(healthView.value.filters).pop() ?? [];
  if (dimension && value) toggleHealthFilter(dimension as HealthDimension, value);
}

/** Follows the browser: its Back and Forward, and whether anybody is looking. */
export function followBrowser(): void {
  addEventListener('popstate', () => {
    const to = screenAt(location.pathname);
    if (to === 'overview') view.value = parseView(location.search);
    else healthView.value = parseHealthView(location.search);
    screen.value = to;
  });
  const follow = (): void => {
    for (const [of, askers] of Object.entries(kAskers)) {
      for (const asker of askers) (document.hidden || of !== screen.peek() ? asker.stop() : asker.start());
    }
  };
  document.addEventListener('visibilitychange', follow);
  effect(() => {
    document.title = screen.value === 'health' ? 'Data health · millrace' : 'Overview · millrace';
    untracked(follow);
  });
  followQuestion(refresher, () => overviewQuery(view.value, Date.now()));
  followQuestion(loads, () => loadsQuery(healthView.value));
  followQuestion(refusals, () => refusalsQuery(healthView.value));
  followQuestion(letters, () => lettersQuery(healthView.value));
}

/** Asks at once when there is another question. */
function followQuestion(asker: { refresh(): Promise<void> }, question: () => string): void {
  const current = computed(question);
  let asked = current.peek();
  effect(() => {
    if (current.value === asked) return;
    asked = current.value;
    void asker.refresh();
  });
}

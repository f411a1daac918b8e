// The Overview: one screen that answers how the shop is doing, for whom, and with what. It shows what the shop has.

import type { ComponentType } from 'preact';
import { type Overview, type Part, kCounts, kUnreachable } from '../api';
import { LoadFailed, RenewFailed } from '../parts/failures';
import type { TileSize } from '../parts/tile';
import { overview, refresher } from '../state/store';
import { Funnel } from './funnel';
import {
  CategoriesTile,
  DevicesTile,
  PagesTile,
  ProductsTile,
  StoresTile,
  type TileProps,
  VerticalsTile,
} from './lists';
import { NothingHappened, NothingStored } from './notices';
import { SeriesCard } from './series_card';
import { Skeleton } from './skeleton';

/** Each with what a shop must have one of for it. */
const kTiles: readonly (readonly [ComponentType<TileProps>, readonly Part[]])[] = [
  [Funnel, ['visits', 'shoppers']],
  [ProductsTile, ['products']],
  [PagesTile, ['pages']],
  [CategoriesTile, ['categories']],
  [DevicesTile, ['devices']],
  [StoresTile, ['stores']],
  [VerticalsTile, ['verticals']],
];

export function OverviewScreen() {
  const { asked, loaded, failure, waiting } = refresher;
  const failed = failure.value?.query === asked.value ? failure.value : null;
  const busy = loaded.value?.query !== asked.value;
  const shown = overview.value;
  if (failed && busy) return <LoadFailed failure={failed} refresher={refresher} />;
  if (!shown) return <Skeleton />;
  if (!shown.stored) return <NothingStored />;
  if (isEmpty(shown)) return <NothingHappened overview={shown} />;
  const tiles = kTiles.filter(([, needs]) => needs.some((part) => shown.has.includes(part)));
  return (
    <div class={`tiles${waiting.value ? ' waiting' : ''}`} aria-busy={busy} data-testid="overview">
      {failed && failed.code !== kUnreachable && <RenewFailed failure={failed} refresher={refresher} />}
      <SeriesCard overview={shown} />
      {tiles.map(([Tile], index) => (
        <Tile key={kTiles.findIndex(([each]) => each === Tile)} overview={shown} size={sizeOf(index, tiles.length)} />
      ))}
    </div>
  );
}

/** Rows of two halves first, then of three thirds, none with a gap. */
function sizeOf(index: number, tiles: number): TileSize {
  if (tiles === 1) return 'whole';
  const halves = tiles % 3 === 0 ? 0 : tiles % 3 === 1 ? 4 : 2;
  return index < halves ? 'half' : 'third';
}

function isEmpty({ totals }: Overview): boolean {
  return kCounts.every((name) => totals[name] === 0);
}

// A card with a heading, what it counts at the right, and its menu.

import type { ComponentChildren } from 'preact';
import { type Export, TileMenu } from './tile_menu';

export type TileSize = 'whole' | 'half' | 'third';

interface Props {
  readonly title: string;
  readonly measure: ComponentChildren;
  readonly exports: readonly Export[];
  readonly testId: string;
  readonly size: TileSize;
  readonly children: ComponentChildren;
}

export function Tile({ title, measure, exports, testId, size, children }: Props) {
  return (
    <section class={`card tile ${size}`} aria-label={title} data-testid={testId}>
      <header class="tile-head">
        <h2>{title}</h2>
        <span class="measure">{measure}</span>
        <TileMenu of={title} exports={exports} />
      </header>
      {children}
    </section>
  );
}

// The filters that are set, each with its way back.

import { dropFilter, overview, view } from '../state/store';
import { valueLabel } from '../state/dimensions';

export function FilterChips() {
  return (
    <>
      {view.value.filters.map((filter) => {
        const label = `${filter.dimension}: ${valueLabel(filter, overview.value)}`;
        return (
          <button
            type="button"
            class="chip"
            key={filter.dimension}
            title={`${filter.dimension}: ${filter.value}\nClick to take this filter back (Escape takes the last one)`}
            aria-label={`Remove filter ${label}`}
            data-testid={`chip-${filter.dimension}`}
            onClick={() => dropFilter(filter.dimension)}
          >
            <span class="chip-text">{label}</span>
            <span aria-hidden="true">×</span>
          </button>
        );
      })}
    </>
  );
}

// The filters that are set, each with its way back.

import { dropFilter, overview, view } from '../state/store';
import { valueLabel } from '../state/dimensions';
import { Chip } from './chip';

export function FilterChips() {
  return (
    <>
      {view.value.filters.map((filter) => (
        <Chip
          key={filter.dimension}
          dimension={filter.dimension}
          label={valueLabel(filter, overview.value)}
          value={filter.value}
          onDrop={() => dropFilter(filter.dimension)}
        />
      ))}
    </>
  );
}

// What the Data health screen is narrowed to.

import { kHealthDimensions } from '../state/health_view';
import { healthView, toggleHealthFilter } from '../state/store';
import { Chip } from './chip';

export function HealthToolbar() {
  const { filters } = healthView.value;
  return (
    <div class="toolbar" role="toolbar" aria-label="What is shown">
      {kHealthDimensions.map((dimension) => {
        const value = filters[dimension];
        return (
          value && (
            <Chip
              key={dimension}
              dimension={dimension}
              label={value}
              value={value}
              onDrop={() => toggleHealthFilter(dimension, value)}
            />
          )
        );
      })}
      <span class="freshness">all that was ever loaded; a click on a reason, a contract or a file keeps only that</span>
    </div>
  );
}

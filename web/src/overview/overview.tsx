// The Overview: one screen that answers how the shop is doing, for whom, and with what.

import { type Totals, kUnreachable } from '../api';
import { overview, refresher } from '../state/store';
import { Funnel } from './funnel';
import { CategoriesTile, DevicesTile, PagesTile, ProductsTile } from './lists';
import { LoadFailed, NoVisits, NothingStored, RenewFailed } from './notices';
import { SeriesCard } from './series_card';
import { Skeleton } from './skeleton';

export function Overview() {
  const { asked, loaded, failure, waiting } = refresher;
  const failed = failure.value?.query === asked.value ? failure.value : null;
  const busy = loaded.value?.query !== asked.value;
  const shown = overview.value;
  if (failed && busy) return <LoadFailed failure={failed} />;
  if (!shown) return <Skeleton />;
  if (!shown.stored) return <NothingStored />;
  if (isEmpty(shown.totals)) return <NoVisits overview={shown} />;
  return (
    <div class={`tiles${waiting.value ? ' waiting' : ''}`} aria-busy={busy} data-testid="overview">
      {failed && failed.code !== kUnreachable && <RenewFailed failure={failed} />}
      <SeriesCard overview={shown} />
      <Funnel overview={shown} />
      <ProductsTile overview={shown} />
      <PagesTile overview={shown} />
      <CategoriesTile overview={shown} />
      <DevicesTile overview={shown} />
    </div>
  );
}

/** Events of other shapes than visits may be there without a single visit. */
function isEmpty({ visits, page_views, orders }: Totals): boolean {
  return visits === 0 && page_views === 0 && orders === 0;
}

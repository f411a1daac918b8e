// The frame of every screen: header, toolbar, the screen itself, and the dialogs.

import { useErrorBoundary } from 'preact/hooks';
import { HealthSkeleton } from '../health/health_skeleton';
import { OverviewScreen } from '../overview/overview';
import { screen } from '../state/store';
import { FilterPalette } from './filter_palette';
import { Header } from './header';
import { HealthToolbar } from './health_toolbar';
import { later } from './later';
import { Shortcuts } from './shortcuts';
import { Toolbar } from './toolbar';

const HealthScreen = later(
  () => import('../health/health_screen').then((part) => part.HealthScreen),
  () => <HealthSkeleton />,
);

export function App() {
  return (
    <div class="page">
      <Header />
      {screen.value === 'health' ? <HealthToolbar /> : <Toolbar />}
      <main>
        <Screen />
      </main>
      <FilterPalette />
      <Shortcuts />
    </div>
  );
}

/** A fault in drawing must not leave an empty page behind. */
function Screen() {
  const [error, recover] = useErrorBoundary();
  if (!error) return screen.value === 'health' ? <HealthScreen /> : <OverviewScreen />;
  return (
    <section class="card notice" role="alert" data-testid="page-failed">
      <h2>This page could not draw the numbers</h2>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <p class="quiet">The numbers themselves are safe, and on the command line: millrace sql</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => recover()}>
          Try again
        </button>
      </div>
    </section>
  );
}

// The frame of every screen: header, toolbar, the screen itself, and the dialogs.

import { useErrorBoundary } from 'preact/hooks';
import { Overview } from '../overview/overview';
import { FilterPalette } from './filter_palette';
import { Header } from './header';
import { Shortcuts } from './shortcuts';
import { Toolbar } from './toolbar';

export function App() {
  return (
    <div class="page">
      <Header />
      <Toolbar />
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
  if (!error) return <Overview />;
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

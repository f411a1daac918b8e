// The top line: where one is, whether the server is heard, and the page's own settings.

import { kUnreachable } from '../api';
import { type Screen, kScreens } from '../state/screen';
import { go, heard, screen } from '../state/store';
import { kPollEvery_ms } from '../state/refresher';
import { clockWithSeconds } from '../time/utc';
import { shortcutsOpen } from './shortcuts';
import { nextTheme, theme } from './theme';

export function Header() {
  return (
    <header class="header">
      <span class="brand">millrace</span>
      <nav class="screens" aria-label="Screens">
        {kScreens.map(({ id, label, path }) => (
          <a
            key={id}
            href={path}
            class="screen"
            aria-current={screen.value === id ? 'page' : undefined}
            data-testid={`screen-${id}`}
            onClick={(event) => follow(event, id)}
          >
            {label}
          </a>
        ))}
      </nav>
      <LiveDot />
      <ThemeButton />
      <button
        type="button"
        class="quiet-button"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => (shortcutsOpen.value = true)}
      >
        ?
      </button>
    </header>
  );
}

/** Within the page, unless the reader wants another tab. */
function follow(event: MouseEvent, to: Screen): void {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(to);
}

function LiveDot() {
  const failure = heard.value.failure.value;
  const answered_ms = heard.value.answered_ms.value;
  const { kind, text } = failure
    ? { kind: failure.code === kUnreachable ? 'offline' : 'failing', text: failureText(failure.code, failure.since_ms) }
    : answered_ms === null
      ? { kind: 'offline', text: 'Connecting' }
      : { kind: 'live', text: 'Live' };
  const last = answered_ms === null ? '' : `Last answer ${clockWithSeconds(answered_ms)} UTC, `;
  return (
    <span
      class={`connection ${kind}`}
      role="status"
      title={`${last}renewed every ${kPollEvery_ms / 1000} s`}
      data-testid="live"
    >
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

function failureText(code: string, since_ms: number): string {
  return `${code === kUnreachable ? 'Offline' : 'Failing'} since ${clockWithSeconds(since_ms)} UTC`;
}

const kThemeNames = { auto: 'as the system', light: 'light', dark: 'dark' };

function ThemeButton() {
  const name = `Colours: ${kThemeNames[theme.value]}. Change to ${kThemeNames[nextTheme()]}`;
  return (
    <button
      type="button"
      class="quiet-button"
      aria-label={name}
      title={name}
      data-testid="theme"
      onClick={() => (theme.value = nextTheme())}
    >
      <ThemeIcon />
    </button>
  );
}

function ThemeIcon() {
  const filled = {
    auto: 'M8 2.5a5.5 5.5 0 0 1 0 11z',
    light: '',
    dark: 'M8 2.5a5.5 5.5 0 0 1 0 11a5.5 5.5 0 0 1 0-11z',
  };
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="5.5" class="icon-line" />
      <path d={filled[theme.value]} />
    </svg>
  );
}

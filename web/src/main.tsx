// Where the page starts.

import { render } from 'preact';
import { App } from './shell/app';
import { followKeyboard } from './shell/keyboard';
import { followTheme } from './shell/theme';
import { followBrowser } from './state/store';

followTheme();
followBrowser();
followKeyboard();

const root = document.getElementById('app');
if (root) render(<App />, root);

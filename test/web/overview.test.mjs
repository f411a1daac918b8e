// The Overview page in a real browser, on a real warehouse: every number on it is the one that SQL gives, every mark
// does what it says, and no text from an event ever becomes anything but text.
//
//   node --test test/web/overview.test.mjs
//
//   MILLRACE              the program (default: build/millrace)
//   MILLRACE_VISITS_DATA  a folder of visits-*.jsonl with known numbers (default: simulated visits, golden checks skipped)
//   MILLRACE_PICTURES     the folder for pictures of the page (default: a temporary one)
//   CHROMIUM              the browser (default: /usr/bin/chromium)
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { faults } from './browser.mjs';
import './stage.mjs';
import './overview/numbers.mjs';
import './overview/filters.mjs';
import './overview/range.mjs';
import './overview/address_and_keyboard.mjs';
import './overview/copies.mjs';
import './overview/look.mjs';
import './overview/trouble.mjs';
import './overview/hostile_text.mjs';

it('nothing was asked of another host, refused by the policy or thrown, on any page of this test', () => {
  assert.deepEqual(faults, []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterValue, formatView, kDefaultView, overviewQuery, parseView, withFilter, withoutFilter } from './view';

const now_ms = Date.parse('2024-07-21T12:03:07Z');

test('the default view has a clean address and asks for all that is stored', () => {
  assert.equal(formatView(kDefaultView), '');
  assert.deepEqual(parseView(''), kDefaultView);
  assert.equal(overviewQuery(kDefaultView, now_ms), '?compare=none');
});

test('an address comes back as it was written, filters in their order', () => {
  const address =
    '?range=2024-07-01..2024-07-07&compare=none&product=HDW-001&device=mobile&kpi=page_views&products=revenue&currency=EUR';
  assert.equal(formatView(parseView(address)), address);
});

test('values with special characters survive the address', () => {
  const view = {
    ...kDefaultView,
    filters: [{ dimension: 'page' as const, value: 'https://example.com/a?b=1&c=+%20"' }],
  };
  assert.deepEqual(parseView(formatView(view)), view);
});

test('what an address does not say, or says wrongly, is the default', () => {
  assert.deepEqual(parseView('?range=soon&kpi=luck&step=checkout&device=&utm_source=mail'), kDefaultView);
});

test('the request carries UTC bounds, the comparison and the filters, and nothing that is only for looks', () => {
  const view = parseView('?range=7d&device=mobile&kpi=orders&products=revenue');
  assert.equal(
    overviewQuery(view, now_ms),
    '?from=2024-07-15T00%3A00%3A00Z&to=2024-07-22T00%3A00%3A00Z&compare=previous&device=mobile',
  );
});

test('all time has nothing before it to compare with', () => {
  assert.equal(overviewQuery(parseView('?device=mobile'), now_ms), '?compare=none&device=mobile');
});

test('a second value of a dimension takes the place of the first', () => {
  const one = withFilter([], { dimension: 'device', value: 'mobile' });
  const two = withFilter(one, { dimension: 'step', value: 'cart' });
  const three = withFilter(two, { dimension: 'device', value: 'tablet' });
  assert.deepEqual(three, [
    { dimension: 'device', value: 'tablet' },
    { dimension: 'step', value: 'cart' },
  ]);
  assert.equal(filterValue({ ...kDefaultView, filters: three }, 'device'), 'tablet');
  assert.deepEqual(withoutFilter(three, 'device'), [{ dimension: 'step', value: 'cart' }]);
});

// Texts that try to become something else: markup, script, a formula, SQL, or a very wide word; and visits full of
// them.

export const kPayloads = [
  '<img src=x onerror="window.__pwned=1">',
  '<script>window.__pwned=1</script>',
  '"><svg/onload=window.__pwned=1>',
  "'); DROP TABLE curated.visits; --",
  'javascript:window.__pwned=1',
  '{{constructor.constructor("window.__pwned=1")()}}',
  '</title><iframe srcdoc="<script>parent.__pwned=1</script>">',
  '=HYPERLINK("x","y")',
  '\u202egnitautca\u0007 \u{1f6d2} ' + 'W'.repeat(300),
];

// The contract names the categories and the devices there are; every other text is free.
const kCategories = ['hardware', 'software', 'peripherals'];
const kDevices = ['mobile', 'desktop', 'tablet'];

export function hostileVisits(currency = 'USD') {
  return kPayloads.map((payload, index) => {
    const item = {
      product_id: `P${index} ${payload}`,
      product_name: payload,
      category: kCategories[index % 3],
      price: 12.5,
      quantity: 2,
    };
    const at = { timestamp: `2024-07-0${1 + (index % 7)}T10:00:00` };
    return {
      session_id: `${currency} ${payload}`,
      user_id: payload,
      device_type: kDevices[index % 3],
      geolocation: '1.0,2.0',
      user_agent: payload,
      events: [
        {
          event_type: 'page_view',
          ...at,
          details: { page_url: `https://example.com/${payload}`, referrer_url: payload },
        },
        { event_type: 'page_view', ...at, details: { page_url: payload, referrer_url: null } },
        { event_type: 'add_item_to_cart', ...at, details: item },
        { event_type: 'purchase', ...at, details: { order_id: payload, amount: 25, currency, items: [item] } },
      ],
    };
  });
}

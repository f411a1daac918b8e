// What is said of who visits, and of where they are: plain functions.

/** desktop, mobile or tablet. An iPad says that it is a Macintosh, but no Macintosh is touched with several fingers. */
export function deviceType(userAgent: string, touchPoints: number): string {
  if (/iPad|Tablet|Android(?!.*Mobi)/i.test(userAgent)) return 'tablet';
  if (/Mobi|iPhone/i.test(userAgent)) return 'mobile';
  return /Macintosh/.test(userAgent) && touchPoints > 1 ? 'tablet' : 'desktop';
}

/** An address without what stands behind ? and #: that may name a person, and would make a page of each campaign. */
export function pageOf(address: string): string {
  return address.replace(/[?#].*/s, '');
}

/** Where visits are sent to: `endpoint` as seen from the script, or /v1/collect beside it. */
export function collectAddress(script: string, { endpoint, topic, token }: DOMStringMap): string {
  const url = new URL(endpoint || '/v1/collect', script);
  if (topic) url.searchParams.set('topic', topic);
  if (token) url.searchParams.set('token', token);
  return url.href;
}

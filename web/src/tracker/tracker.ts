// The tracker: the script that a shop's pages load from a running Millrace.
//
// docs/collecting.md tells how a page names it, and what it can be told.
//
// It sends visits as contracts/visits.yaml describes them, in messages that each hold what happened since the last.
// It sets no cookie, sends nothing of those who do not want to be counted, and never throws into the page.
import { collectAddress, deviceType, pageOf } from './visitor';

interface Item {
  product_id: string;
  product_name: string;
  category: string;
  price: number;
  quantity: number;
}

interface Purchase {
  order_id: string;
  amount: number;
  currency: string;
  items: Item[];
}

declare global {
  interface Window {
    millrace?: { addToCart(item: Item): void; purchase(purchase: Purchase): void };
    doNotTrack?: string;
  }
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
  interface Document {
    prerendering?: boolean;
  }
}

const kWait_ms = 2000;
const kEventsMax = 20; // in a message
const kSessionKey = 'millrace.session';

/** A shop must work whatever happens here. */
function harmless<Arguments extends unknown[]>(act: (...given: Arguments) => void) {
  return (...given: Arguments) => {
    try {
      act(...given);
    } catch {
      // Nobody could do anything about it.
    }
  };
}

/** Of this tab until it is closed; of this page alone where nothing may be kept. */
function sessionId(): string {
  let id: string | null = null;
  try {
    id = sessionStorage.getItem(kSessionKey);
  } catch {
    // Storage is forbidden.
  }
  id ??= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  harmless(() => sessionStorage.setItem(kSessionKey, id))();
  return id;
}

function start(script: HTMLScriptElement) {
  const data = script.dataset;
  const address = collectAddress(script.src, data);
  const session = sessionId();
  const userAgent = navigator.userAgent || 'unknown';
  const visit = {
    session_id: session,
    user_id: data.user || session,
    device_type: deviceType(userAgent, navigator.maxTouchPoints),
    geolocation: data.geolocation || '0,0', // not known, but never absent
    user_agent: userAgent,
  };
  let events: string[] = []; // as JSON: what the page changes later did not happen now
  let timer: ReturnType<typeof setTimeout> | undefined;
  let page: string | null = null;

  const flush = harmless(() => {
    clearTimeout(timer);
    timer = undefined;
    if (!events.length) return;
    // As text, so that no browser asks first whether it may.
    const body = `${JSON.stringify(visit).slice(0, -1)},"events":[${events.join()}]}`;
    events = [];
    if (navigator.sendBeacon?.(address, body)) return;
    fetch(address, { method: 'POST', body, keepalive: true, mode: 'no-cors', credentials: 'omit' }).catch(() => {});
  });

  function add(event_type: string, details: object) {
    events.push(JSON.stringify({ event_type, timestamp: new Date().toISOString(), details }));
    if (events.length >= kEventsMax) flush();
    else timer ??= setTimeout(flush, kWait_ms);
  }

  const view = harmless(() => {
    const now = pageOf(location.href);
    if (now === page) return;
    add('page_view', { page_url: now, referrer_url: page ?? (pageOf(document.referrer) || null) });
    page = now;
  });

  const pushState = history.pushState;
  history.pushState = function (...state) {
    pushState.apply(this, state);
    view();
  };
  addEventListener('popstate', view);
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    page = null; // it was left, and is seen again
    view();
  });
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') flush();
  });
  if (document.prerendering) document.addEventListener('prerenderingchange', view, { once: true });
  else view();

  return {
    addToCart: harmless((item: Item) => add('add_item_to_cart', item)),
    purchase: harmless((purchase: Purchase) => {
      add('purchase', purchase);
      flush();
    }),
  };
}

harmless(() => {
  if (window.millrace) return;
  const ignore = () => {};
  window.millrace = { addToCart: ignore, purchase: ignore };
  const says = navigator.doNotTrack ?? window.doNotTrack;
  if (says === '1' || navigator.globalPrivacyControl) return;
  const script = document.currentScript;
  if (script instanceof HTMLScriptElement) window.millrace = start(script);
})();

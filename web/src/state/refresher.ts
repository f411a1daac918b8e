// Keeps the page's numbers those of the view and of now: asks at once when the view changes, again every few seconds
// while the page is visible, and never lets an older answer overtake a newer question.

import { batch, signal } from '@preact/signals';
import { type Answer, RequestFailed, kUnreachable } from '../api';

export interface Loaded<Body> {
  readonly query: string;
  readonly body: Body;
  readonly etag: string | null;
}

export interface Failure {
  readonly query: string;
  readonly code: string;
  readonly message: string;
  readonly since_ms: number; // since when it has been failing without a break
}

/** What the refresher needs of the world, so that a test can be one. */
export interface World<Body> {
  ask(query: string, etag: string | null, signal: AbortSignal): Promise<Answer<Body>>;
  now_ms(): number;
  after(delay_ms: number, action: () => void): () => void; // returns how to call it off
}

export const kPollEvery_ms = 10_000;
export const kPollWhenFailing_ms = 5_000;
export const kDimAfter_ms = 300;
export const kGiveUpAfter_ms = 30_000;

export class Refresher<Body> {
  /** The newest question. */
  readonly asked = signal('');
  /** The newest answer, which may be to the question before. */
  readonly loaded = signal<Loaded<Body> | null>(null);
  readonly failure = signal<Failure | null>(null);
  /** The newest question has waited long enough for the old numbers to be dimmed. */
  readonly waiting = signal(false);
  readonly answered_ms = signal<number | null>(null);

  #request: AbortController | null = null;
  #timers: (() => void)[] = [];
  #running = false;

  /** `query` says what to ask for; it is called anew for each request, as presets move with the clock. */
  constructor(
    private readonly query: () => string,
    private readonly world: World<Body>,
  ) {}

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.refresh();
  }

  /** Calls off what is under way; the numbers stay. */
  stop(): void {
    this.#running = false;
    this.#callOff();
  }

  async refresh(): Promise<void> {
    if (!this.#running) return;
    this.#callOff();
    const query = this.query();
    const known = this.loaded.peek();
    const same = known?.query === query;
    const request = new AbortController();
    this.#request = request;
    this.asked.value = query;
    if (known && !same) this.#timers.push(this.world.after(kDimAfter_ms, () => (this.waiting.value = true)));
    this.#timers.push(this.world.after(kGiveUpAfter_ms, () => request.abort()));
    try {
      const answer = await this.world.ask(query, same ? known.etag : null, request.signal);
      if (this.#request === request) this.#succeed(query, answer);
    } catch (error) {
      if (this.#request === request) this.#fail(query, reasonOf(error, request.signal));
    }
  }

  #succeed(query: string, answer: Answer<Body>): void {
    this.#callOff();
    batch(() => {
      if (answer !== 'unchanged') this.loaded.value = { query, ...answer };
      this.failure.value = null;
      this.answered_ms.value = this.world.now_ms();
    });
    this.#again(kPollEvery_ms);
  }

  #fail(query: string, { code, message }: RequestFailed): void {
    this.#callOff();
    const before = this.failure.peek();
    const since_ms = before?.code === code ? before.since_ms : this.world.now_ms();
    this.failure.value = { query, code, message, since_ms };
    this.#again(kPollWhenFailing_ms);
  }

  #again(delay_ms: number): void {
    this.#timers.push(this.world.after(delay_ms, () => void this.refresh()));
  }

  #callOff(): void {
    this.#request?.abort();
    this.#request = null;
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
    this.waiting.value = false;
  }
}

function reasonOf(error: unknown, signal: AbortSignal): RequestFailed {
  if (error instanceof RequestFailed) return error;
  if (signal.aborted) return new RequestFailed(kUnreachable, `No answer within ${kGiveUpAfter_ms / 1000} seconds.`);
  return new RequestFailed('page_error', error instanceof Error ? error.message : String(error));
}

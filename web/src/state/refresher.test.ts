import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type Overview, RequestFailed, kUnreachable } from '../api';
import { kFixture } from '../overview/overview_fixture';
import { Refresher, type World, kDimAfter_ms, kGiveUpAfter_ms, kPollEvery_ms, kPollWhenFailing_ms } from './refresher';

interface Question {
  query: string;
  etag: string | null;
  signal: AbortSignal;
  answer(etag?: string): Promise<void>;
  unchanged(): Promise<void>;
  fail(error: Error): Promise<void>;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A world whose clock moves when it is told to and whose server answers when it is told to. */
class ToyWorld implements World<Overview> {
  questions: Question[] = [];
  #now_ms = 0;
  #timers: { at_ms: number; action: () => void }[] = [];

  now_ms(): number {
    return this.#now_ms;
  }

  after(delay_ms: number, action: () => void): () => void {
    const timer = { at_ms: this.#now_ms + delay_ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async pass(duration_ms: number): Promise<void> {
    const until_ms = this.#now_ms + duration_ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at_ms <= until_ms).sort((a, b) => a.at_ms - b.at_ms)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now_ms = due.at_ms;
      due.action();
      await settled();
    }
    this.#now_ms = until_ms;
  }

  ask(query: string, etag: string | null, signal: AbortSignal): Promise<Answer<Overview>> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      const then = (act: () => void): Promise<void> => (act(), settled());
      this.questions.push({
        query,
        etag,
        signal,
        answer: (tag = '"1"') => then(() => resolve({ body: kFixture, etag: tag })),
        unchanged: () => then(() => resolve('unchanged')),
        fail: (error) => then(() => reject(error)),
      });
    });
  }

  get last(): Question {
    const question = this.questions[this.questions.length - 1];
    assert.ok(question, 'nothing was asked');
    return question;
  }
}

function started(): { world: ToyWorld; refresher: Refresher<Overview>; ask: (query: string) => void } {
  const world = new ToyWorld();
  let wanted = 'a';
  const refresher = new Refresher(() => wanted, world);
  refresher.start();
  const ask = (query: string): void => {
    wanted = query;
    void refresher.refresh();
  };
  return { world, refresher, ask };
}

const kGone = new RequestFailed(kUnreachable, 'gone');

test('asks at once and again after each interval, with the etag of the last answer', async () => {
  const { world, refresher } = started();
  assert.equal(world.last.etag, null);
  await world.last.answer('"x"');
  assert.equal(refresher.loaded.value?.query, 'a');
  await world.pass(kPollEvery_ms - 1);
  assert.equal(world.questions.length, 1);
  await world.pass(1);
  assert.equal(world.questions.length, 2);
  assert.equal(world.last.etag, '"x"');
});

test('an unchanged answer keeps the numbers and counts as an answer', async () => {
  const { world, refresher } = started();
  await world.last.answer();
  const before = refresher.loaded.value;
  await world.pass(kPollEvery_ms);
  await world.last.unchanged();
  assert.equal(refresher.loaded.value, before);
  assert.equal(refresher.answered_ms.value, kPollEvery_ms);
});

test('an older answer never overtakes a newer question', async () => {
  const { world, refresher, ask } = started();
  const [older] = world.questions;
  ask('b');
  assert.ok(older?.signal.aborted);
  await older.answer();
  assert.equal(refresher.loaded.peek(), null);
  assert.equal(refresher.failure.value, null);
  await world.last.answer();
  assert.equal(refresher.loaded.value?.query, 'b');
});

test('another query never carries the etag of this one', async () => {
  const { world, ask } = started();
  await world.last.answer('"x"');
  ask('b');
  assert.equal(world.last.etag, null);
});

test('old numbers are dimmed only when a new question waits', async () => {
  const { world, refresher, ask } = started();
  await world.pass(kDimAfter_ms);
  assert.equal(refresher.waiting.value, false, 'there is nothing to dim at the first load');
  await world.last.answer();
  await world.pass(kPollEvery_ms + kDimAfter_ms);
  assert.equal(refresher.waiting.value, false, 'a poll is silent');
  ask('b');
  await world.pass(kDimAfter_ms - 1);
  assert.equal(refresher.waiting.value, false);
  await world.pass(1);
  assert.equal(refresher.waiting.value, true);
  await world.last.answer();
  assert.equal(refresher.waiting.value, false);
});

test('a failure keeps the numbers, says since when, and is over with the next answer', async () => {
  const { world, refresher } = started();
  await world.last.answer();
  await world.pass(kPollEvery_ms);
  await world.last.fail(kGone);
  await world.pass(kPollWhenFailing_ms);
  await world.last.fail(kGone);
  assert.equal(refresher.failure.value?.since_ms, kPollEvery_ms);
  assert.ok(refresher.loaded.value);
  await world.pass(kPollWhenFailing_ms);
  await world.last.answer();
  assert.equal(refresher.failure.value, null);
});

test('a server that never answers is given up and asked again', async () => {
  const { world, refresher } = started();
  await world.pass(kGiveUpAfter_ms);
  assert.equal(refresher.failure.value?.code, kUnreachable);
  await world.pass(kPollWhenFailing_ms);
  assert.equal(world.questions.length, 2);
});

test('stopped, it asks nothing and forgets what it asked; started, it asks at once', async () => {
  const { world, refresher } = started();
  refresher.stop();
  assert.ok(world.last.signal.aborted);
  await world.pass(10 * kPollEvery_ms);
  assert.equal(world.questions.length, 1);
  assert.equal(refresher.failure.value, null);
  refresher.start();
  assert.equal(world.questions.length, 2);
});

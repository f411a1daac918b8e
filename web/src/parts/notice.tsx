// A card in place of the numbers, and a command to copy.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { copy } from './clipboard';

interface NoticeProps {
  readonly title: string;
  readonly testId: string;
  readonly children: ComponentChildren;
}

export function Notice({ title, testId, children }: NoticeProps) {
  return (
    <section class="card notice" role="status" data-testid={testId}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function Command({ text }: { text: string }) {
  const said = useSignal('Copy');
  const take = async (): Promise<void> => {
    said.value = (await copy(text)) ? 'Copied' : 'Not copied';
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" class="quiet-button" aria-label={`Copy ${text}`} onClick={() => void take()}>
        {said}
      </button>
    </div>
  );
}

// A modal dialog: the browser keeps the focus inside, and closes it on Escape or on a click beside it.

import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly open: Signal<boolean>;
  readonly name: string;
  readonly class: string;
  readonly testId: string;
  readonly children: ComponentChildren;
}

export function Dialog({ open, name, class: style, testId, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = open.value;
  useLayoutEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  if (!isOpen) return null;
  const closeBeside = (event: MouseEvent): void => {
    if (event.target === dialog.current) open.value = false;
  };
  return (
    <dialog
      ref={dialog}
      class={`dialog ${style}`}
      aria-label={name}
      data-testid={testId}
      onClose={() => (open.value = false)}
      onPointerDown={closeBeside}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}

// A button that opens a small panel below itself. Closes on Escape, on a click elsewhere and when the focus leaves;
// Escape gives the focus back to the button. Arrow keys walk through the panel's items.

import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly open: Signal<boolean>;
  readonly label: ComponentChildren;
  readonly name: string; // what the button does, where the label alone does not say it
  readonly buttonClass: string;
  readonly side?: 'left' | 'right';
  readonly testId: string;
  readonly children: ComponentChildren;
}

const kItems = '[data-item]:not([disabled])';

export function Popover({ open, label, name, buttonClass, side = 'left', testId, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = open.value;

  useEffect(() => {
    if (!isOpen) return undefined;
    const items = itemsIn(root.current);
    (items.find((item) => item.dataset['item'] === 'chosen') ?? items[0])?.focus();
    const closeOutside = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) open.value = false;
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open.value) return;
    if (event.key === 'Escape') {
      open.value = false;
      button.current?.focus();
    } else if (isArrow(event) && !(event.target instanceof HTMLInputElement)) {
      step(itemsIn(root.current), event.key === 'ArrowDown' ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const onFocusOut = (event: FocusEvent): void => {
    if (event.relatedTarget && !root.current?.contains(event.relatedTarget as Node)) open.value = false;
  };

  return (
    <div class="popover" ref={root} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <button
        ref={button}
        type="button"
        class={buttonClass}
        aria-label={name}
        aria-expanded={isOpen}
        title={name}
        data-testid={testId}
        onClick={() => (open.value = !open.value)}
      >
        {label}
      </button>
      {isOpen && <div class={`panel ${side}`}>{children}</div>}
    </div>
  );
}

function isArrow({ key }: KeyboardEvent): boolean {
  return key === 'ArrowDown' || key === 'ArrowUp';
}

function itemsIn(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>(kItems) ?? [])];
}

function step(items: readonly HTMLElement[], by: number): void {
  const at = items.findIndex((item) => item === document.activeElement);
  items[(at + by + items.length) % items.length]?.focus();
}

// A filter that is set, with its way back.

interface Props {
  readonly dimension: string;
  readonly label: string;
  readonly value: string;
  readonly onDrop: () => void;
}

export function Chip({ dimension, label, value, onDrop }: Props) {
  return (
    <button
      type="button"
      class="chip"
      title={`${dimension}: ${value}\nClick to take this filter back (Escape takes the last one)`}
      aria-label={`Remove filter ${dimension}: ${label}`}
      data-testid={`chip-${dimension}`}
      onClick={onDrop}
    >
      <span class="chip-text">
        {dimension}: {label}
      </span>
      <span aria-hidden="true">×</span>
    </button>
  );
}

// Which of many rows are shown, and the way to the others.

import { count } from '../number/format';

interface Props {
  readonly page: number; // from 0
  readonly rows: number; // on a page
  readonly total: number;
  readonly of: string;
  readonly onPage: (page: number) => void;
}

export function Pager({ page, rows, total, of, onPage }: Props) {
  const pages = Math.ceil(total / rows);
  if (pages < 2 && page === 0) return null;
  const first = page * rows + 1;
  const last = Math.min(total, first + rows - 1);
  return (
    <nav class="pager" aria-label={`Pages of ${of}`}>
      <button type="button" class="button" disabled={page === 0} onClick={() => onPage(Math.min(page, pages) - 1)}>
        Newer
      </button>
      <span>{first > total ? `there are ${count(total)}` : `${count(first)}–${count(last)} of ${count(total)}`}</span>
      <button type="button" class="button" disabled={page + 1 >= pages} onClick={() => onPage(page + 1)}>
        Older
      </button>
    </nav>
  );
}

// Dead letters, newest first: why, where, and their exact bytes. All of it is text from elsewhere, and shown as text.

import { useMemo } from 'preact/hooks';
import { counted } from '../number/format';
import { Tile } from '../parts/tile';
import { kLettersOnPage } from '../state/health_view';
import { healthView, showHealth } from '../state/store';
import { type DeadLetter, type Letters, payloadAddress } from './health_api';
import { lettersExports } from './health_exports';
import { large, moment } from './moment';
import { Pager } from './pager';
import { bytesOf, hexDump, pieces, textOf } from './payload';

export function DeadLetters({ letters }: { letters: Letters }) {
  return (
    <Tile
      title="Dead letters"
      measure={`newest of ${counted(letters.total, 'dead letter')}`}
      exports={lettersExports(letters)}
      size="whole"
      testId="dead-letters"
    >
      {letters.total === 0 && <p class="list-empty">No dead letter matches these filters.</p>}
      <ul class="letters">
        {letters.dead_letters.map((letter) => (
          <Letter key={letter.id} letter={letter} />
        ))}
      </ul>
      <Pager
        page={healthView.value.letters}
        rows={kLettersOnPage}
        total={letters.total}
        of="dead letters"
        onPage={(page) => showHealth({ letters: page })}
      />
    </Tile>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  return (
    <li class="letter" data-key={letter.id} data-testid="letter">
      <p class="letter-message">
        <span class="letter-reason">{letter.reason}</span> <span class="foreign">{letter.message}</span>
      </p>
      <p class="letter-place">
        <span class="foreign" data-testid="letter-place">
          {place(letter)}
        </span>
        <span>
          {letter.contract} {letter.contract_version}, the {letter.unit}
        </span>
        <time dateTime={letter.received_at}>{moment(letter.received_at)}</time>
      </p>
      <Bytes letter={letter} />
      <p class="letter-foot">
        <span>
          {large(letter.bytes)} bytes{isCut(letter) && ', the first 4,096 of them here'}
        </span>
        <a href={payloadAddress(letter)} download={`dead-letter-${letter.id}.bin`}>
          Download the exact bytes
        </a>
      </p>
    </li>
  );
}

/** "visits.jsonl:12, event 3" */
function place({ file, line, event_index }: DeadLetter): string {
  const at = `${file ?? 'no file'}${line === null ? '' : `:${line}`}`;
  return event_index === null ? at : `${at}, event ${event_index}`;
}

function isCut({ bytes, payload }: DeadLetter): boolean {
  return bytes > bytesOf(payload).length;
}

function Bytes({ letter }: { letter: DeadLetter }) {
  const shown = useMemo(() => {
    const bytes = bytesOf(letter.payload);
    const text = textOf(bytes, isCut(letter));
    return text === null ? { hex: hexDump(bytes) } : { pieces: pieces(text) };
  }, [letter.payload]);
  if (letter.bytes === 0) return <p class="quiet">It is empty.</p>;
  const kind = shown.hex === undefined ? 'text' : 'hex';
  return (
    <pre class={`bytes ${kind}`} tabIndex={0} aria-label={`Bytes of the dead letter, as ${kind}`} data-testid="bytes">
      {shown.hex ??
        shown.pieces.map(({ text, hidden, name }, index) =>
          hidden ? (
            <span class="hidden-char" title={name} key={index}>
              {text}
            </span>
          ) : (
            text
          ),
        )}
    </pre>
  );
}

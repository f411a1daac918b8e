// The bytes of a dead letter, for people: as text where they are UTF-8, with every character that could not be seen, or
// would rearrange the others, made visible; as a hex dump otherwise.

/** A piece of text as it is, or a sign in place of a character that has no shape of its own. */
export interface Piece {
  readonly text: string;
  readonly hidden: boolean;
  readonly name: string; // of a hidden one: "U+0000"
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** null when the bytes are not UTF-8. Where they were cut, a last character may be cut too, and is left out. */
export function textOf(bytes: Uint8Array, cut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

// Controls, and format characters: joiners, marks and overrides of direction, the byte order mark.
const kHidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const kPieces = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

export function pieces(text: string): Piece[] {
  return (text.match(kPieces) ?? []).map((text) =>
    kHidden.test(text) ? { text: sign(text), hidden: true, name: nameOf(text) } : { text, hidden: false, name: '' },
  );
}

const kControls =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US';
const kControlNames = kControls.split(' ');

/** NUL for U+0000; a line break stays one behind its sign. */
function sign(char: string): string {
  const name = kControlNames[char.codePointAt(0) ?? 0] ?? nameOf(char);
  return char === '\n' ? `${name}\n` : name;
}

function nameOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const kBytesInLine = 16;

/** "00000010  ff fe 00 …  ..." */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += kBytesInLine) {
    const line = [...bytes.subarray(at, at + kBytesInLine)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const seen = line.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(kBytesInLine * 3 - 1)}  ${seen}`);
  }
  return lines.join('\n');
}

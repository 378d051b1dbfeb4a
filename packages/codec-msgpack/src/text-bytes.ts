/** What of the global object is used. */
interface Globals {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM?: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly Buffer?: {
    readonly prototype: { latin1Slice?(this: Uint8Array, start: number, end: number): string };
  };
}

const Decoder = (globalThis as unknown as Globals).TextDecoder;
const BufferClass = (globalThis as unknown as Globals).Buffer;
const strictDecoder = new Decoder('utf-8', { fatal: true });
/** Takes a byte order mark for text like any other, which is what its option means. */
const exactDecoder = new Decoder('utf-8', { fatal: true, ignoreBOM: true });
/** Quicker for short ASCII, where there is one. */
const latin1Slice = BufferClass?.prototype.latin1Slice;
const SHORT_ASCII = 64;

/** The text that `[at, end)` is in UTF-8, byte order marks included. */
export function textOf(bytes: Uint8Array, at: number, end: number): string {
  return latin1Slice !== undefined && isShortAscii(bytes, at, end)
    ? latin1Slice.call(bytes, at, end)
    : exactDecoder.decode(bytes.subarray(at, end));
}

function isShortAscii(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at > SHORT_ASCII) return false;
  for (let i = at; i < end; i += 1) if ((bytes[i] as number) >= 0x80) return false;
  return true;
}

/** {@link isUtf8} for long text, of which most is ASCII. */
export function isLongUtf8(bytes: Uint8Array, at: number, end: number): boolean {
  try {
    strictDecoder.decode(bytes.subarray(at, end));
    return true;
  } catch {
    return false;
  }
}

/** True if `[at, end)` is UTF-8 as the Unicode standard has it: no overlong forms, no surrogates. */
export function isUtf8(bytes: Uint8Array, at: number, end: number): boolean {
  let i = at;
  while (i < end) {
    const first = bytes[i] as number;
    if (first < 0x80) {
      i += 1;
      continue;
    }
    const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || i + length > end) return false;
    if (!isSecondByte(first, bytes[i + 1] as number)) return false;
    for (let k = i + 2; k < i + length; k += 1) if (((bytes[k] as number) & 0xc0) !== 0x80) return false;
    i += length;
  }
  return true;
}

/** The second byte is narrower behind four first bytes. Source: Unicode standard, table 3-7. */
function isSecondByte(first: number, second: number): boolean {
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

/** True if text of this length starts with a byte order mark that a lax decoder drops. */
export function startsWithMark(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 3 && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}

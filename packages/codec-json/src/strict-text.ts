/** What of the global object is used. */
interface Globals {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly Buffer?: {
    readonly prototype: { utf8Slice?(this: Uint8Array, start: number, end: number): string };
  };
}

const globals = globalThis as unknown as Globals;
/** Fatal: damaged text is an error, not a replacement character. The BOM is kept, and JSON then refuses it. */
const strictDecoder = new globals.TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Several times quicker for short text, where there is one. */
const utf8Slice = globals.Buffer?.prototype.utf8Slice;

/** The text that the bytes are in UTF-8. @throws TypeError for bytes that are none */
export function strictText(bytes: Uint8Array): string {
  if (utf8Slice === undefined) return strictDecoder.decode(bytes);
  const text = utf8Slice.call(bytes, 0, bytes.length);
  // It puts U+FFFD for what it cannot read; only then is the strict one needed to tell.
  return text.includes('\ufffd') ? strictDecoder.decode(bytes) : text;
}

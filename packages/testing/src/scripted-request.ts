/** One request as it arrived: a command line and, for a storage command, its data block. */
export interface ScriptedRequest {
  /** The command line without its line end, one character a byte. */
  readonly line: string;
  /** The first word: `get`, `set`, ... */
  readonly verb: string;
  /** The keys named on the line. */
  readonly keys: readonly string[];
  /** The data block of a storage command, one character a byte. */
  readonly data: string | undefined;
  /** Length of the whole request in bytes. */
  readonly bytes: number;
}

const STORAGE_VERBS: ReadonlySet<string> = new Set(['set', 'add', 'replace', 'append', 'prepend', 'cas']);
const KEYLESS_VERBS: ReadonlySet<string> = new Set(['version', 'stats', 'flush_all', 'verbosity', 'quit']);
const LINE_END = '\r\n';

/** Reads the request that starts at `from`, or `undefined` while it is not complete. */
export function takeRequest(received: Buffer, from: number): ScriptedRequest | undefined {
  const lineEnd = received.indexOf(LINE_END, from, 'latin1');
  if (lineEnd < 0) return undefined;
  const line = received.toString('latin1', from, lineEnd);
  const words = line.split(' ');
  const verb = words[0] ?? '';
  const bodyStart = lineEnd + LINE_END.length;
  if (!STORAGE_VERBS.has(verb)) {
    return { line, verb, keys: keysOf(verb, words), data: undefined, bytes: bodyStart - from };
  }
  const bodyEnd = bodyStart + Number(words[4]);
  if (received.length < bodyEnd + LINE_END.length) return undefined;
  const data = received.toString('latin1', bodyStart, bodyEnd);
  return { line, verb, keys: keysOf(verb, words), data, bytes: bodyEnd + LINE_END.length - from };
}

function keysOf(verb: string, words: readonly string[]): readonly string[] {
  if (KEYLESS_VERBS.has(verb)) return [];
  if (verb === 'get' || verb === 'gets') return words.slice(1);
  return verb === 'gat' || verb === 'gats' ? words.slice(2) : words.slice(1, 2);
}

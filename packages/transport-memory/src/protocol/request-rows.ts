import { MAX_KEY_BYTES } from '@mc/protocol';
import { parseInt32, parseUint32, parseUint64 } from './c-integer.js';
import { ReplyLine } from './reply-line.js';
import type { RequestLine } from './request-line.js';
import type { RefusedRequest, RetrieveRequest, ServerRequest, StoreRequest } from './server-request.js';

/** Stands for a request that is wrong and asked for no reply: nothing happens and nothing is answered. */
export const SILENT: unique symbol = Symbol('silent');

/** What a request line says. */
export type ParsedLine = ServerRequest | typeof SILENT;

/** A command as a server reads it. */
export interface RequestRow {
  /** First word of the line. */
  readonly verb: string;
  /** Fewest and most words, the verb included; any other number is answered with ERROR. */
  readonly minWords: number;
  readonly maxWords: number;
  /** True where a body follows a line that was not refused; `parse` then returns a {@link StoreRequest}. */
  readonly hasBody: boolean;
  /** Reads the words of a line whose verb and number of words fit. */
  readonly parse: (line: RequestLine) => ParsedLine;
}

const EMPTY = new Uint8Array(0);
/** A body can be so long that its length and its CRLF still fit 31 bits. */
const MAX_BODY_LENGTH = 0x7fff_ffff - 2;

function refused(line: string): RefusedRequest {
  return { verb: 'refused', line };
}

function refusedUnless(noreply: boolean, line: string): ParsedLine {
  return noreply ? SILENT : refused(line);
}

/** The word that asks for no reply is the last one, whatever stands where it should. */
function endsInNoreply(line: RequestLine): boolean {
  return line.isWord(line.count - 1, 'noreply');
}

function int32(line: RequestLine, index: number): number | undefined {
  return parseInt32(line.bytes, line.start(index), line.end(index));
}

function parseRetrieve(verb: RetrieveRequest['verb'], firstKey: number, line: RequestLine): ParsedLine {
  let exptime: number | undefined;
  if (firstKey > 1) {
    exptime = int32(line, 1);
    if (exptime === undefined) return refused(ReplyLine.BAD_EXPTIME);
  }
  const keys: string[] = [];
  for (let index = firstKey; index < line.count; index += 1) {
    if (line.length(index) > MAX_KEY_BYTES) return { verb, keys, exptime, refusal: ReplyLine.BAD_LINE };
    keys.push(line.word(index));
  }
  return { verb, keys, exptime, refusal: undefined };
}

function parseStore(verb: StoreRequest['verb'], line: RequestLine): ParsedLine {
  const noreply = endsInNoreply(line);
  const flags = parseUint32(line.bytes, line.start(2), line.end(2));
  const exptime = int32(line, 3);
  const bodyLength = int32(line, 4);
  const cas = verb === 'cas' ? parseUint64(line.bytes, line.start(5), line.end(5)) : 0n;
  const valid =
    line.length(1) <= MAX_KEY_BYTES &&
    flags !== undefined &&
    exptime !== undefined &&
    bodyLength !== undefined &&
    bodyLength >= 0 &&
    bodyLength <= MAX_BODY_LENGTH &&
    cas !== undefined;
  if (!valid) return refusedUnless(noreply, ReplyLine.BAD_LINE);
  return { verb, key: line.word(1), flags, exptime, bodyLength, cas, noreply, body: EMPTY, bodyOwned: false };
}

function parseArithmetic(verb: 'incr' | 'decr', line: RequestLine): ParsedLine {
  const noreply = endsInNoreply(line);
  if (line.length(1) > MAX_KEY_BYTES) return refusedUnless(noreply, ReplyLine.BAD_LINE);
  const delta = parseUint64(line.bytes, line.start(2), line.end(2));
  if (delta === undefined) return refusedUnless(noreply, ReplyLine.BAD_DELTA);
  return { verb, key: line.word(1), delta, noreply };
}

/** Very old clients sent a time with a delete; only 0 is still taken. */
function parseDelete(line: RequestLine): ParsedLine {
  let noreply = false;
  if (line.count > 2) {
    const zero = line.isWord(2, '0');
    noreply = endsInNoreply(line);
    const valid = line.count === 3 ? zero || noreply : zero && noreply;
    if (!valid) return refusedUnless(noreply, ReplyLine.BAD_DELETE);
  }
  if (line.length(1) > MAX_KEY_BYTES) return refusedUnless(noreply, ReplyLine.BAD_LINE);
  return { verb: 'delete', key: line.word(1), noreply };
}

function parseTouch(line: RequestLine): ParsedLine {
  const noreply = endsInNoreply(line);
  if (line.length(1) > MAX_KEY_BYTES) return refusedUnless(noreply, ReplyLine.BAD_LINE);
  const exptime = int32(line, 2);
  if (exptime === undefined) return refusedUnless(noreply, ReplyLine.BAD_EXPTIME);
  return { verb: 'touch', key: line.word(1), exptime, noreply };
}

function parseFlush(line: RequestLine): ParsedLine {
  const noreply = endsInNoreply(line);
  const exptime = line.count === (noreply ? 2 : 1) ? 0 : int32(line, 1);
  if (exptime === undefined) return refusedUnless(noreply, ReplyLine.BAD_EXPTIME);
  return { verb: 'flush_all', exptime, noreply };
}

function parseVerbosity(line: RequestLine): ParsedLine {
  const noreply = endsInNoreply(line);
  const level = parseUint32(line.bytes, line.start(1), line.end(1));
  if (level === undefined) return refusedUnless(noreply, ReplyLine.BAD_LINE);
  return { verb: 'verbosity', level, noreply };
}

/** No command of memcached's own: but for the one form that managed clusters know, it is answered as unknown. */
function parseConfig(line: RequestLine): ParsedLine {
  if (line.count !== 3 || !line.isWord(1, 'get')) return refused(ReplyLine.ERROR);
  return { verb: 'config', name: line.word(2) };
}

/** Of the crawler's commands only the one that lists the keys. Source: proto_text.c, process_lru_crawler_command. */
function parseMetadump(line: RequestLine): ParsedLine {
  if (line.count !== 3 || !line.isWord(1, 'metadump')) return refused(ReplyLine.ERROR);
  const what = line.word(2);
  return /^(?:all|hash|\d+(?:,\d+)*)$/.test(what)
    ? { verb: 'lru_crawler', what }
    : refused(ReplyLine.BAD_CLASS);
}

function row(
  verb: string,
  minWords: number,
  maxWords: number,
  parse: (line: RequestLine) => ParsedLine,
  hasBody = false,
): RequestRow {
  return { verb, minWords, maxWords, hasBody, parse };
}

const MANY = Number.POSITIVE_INFINITY;

/**
 * The commands a server knows: a row each. Source: memcached 1.6.18, proto_text.c, process_command_ascii; for `config`,
 * the documents of the managed clusters.
 */
export const REQUEST_ROWS: readonly RequestRow[] = [
  row('get', 2, MANY, (line) => parseRetrieve('get', 1, line)),
  row('gets', 2, MANY, (line) => parseRetrieve('gets', 1, line)),
  row('gat', 2, MANY, (line) => parseRetrieve('gat', 2, line)),
  row('gats', 2, MANY, (line) => parseRetrieve('gats', 2, line)),
  // An undocumented name of get, as old as memcached.
  row('bget', 2, MANY, (line) => parseRetrieve('get', 1, line)),
  row('set', 5, 6, (line) => parseStore('set', line), true),
  row('add', 5, 6, (line) => parseStore('add', line), true),
  row('replace', 5, 6, (line) => parseStore('replace', line), true),
  row('append', 5, 6, (line) => parseStore('append', line), true),
  row('prepend', 5, 6, (line) => parseStore('prepend', line), true),
  row('cas', 6, 7, (line) => parseStore('cas', line), true),
  row('incr', 3, 4, (line) => parseArithmetic('incr', line)),
  row('decr', 3, 4, (line) => parseArithmetic('decr', line)),
  row('delete', 2, 4, parseDelete),
  row('touch', 3, 4, parseTouch),
  row('flush_all', 1, 3, parseFlush),
  row('stats', 1, MANY, (line) => ({ verb: 'stats', group: line.count > 1 ? line.word(1) : undefined })),
  row('version', 1, MANY, () => ({ verb: 'version' })),
  row('verbosity', 2, 3, parseVerbosity),
  row('config', 1, MANY, parseConfig),
  row('lru_crawler', 1, MANY, parseMetadump),
  row('quit', 1, MANY, () => ({ verb: 'quit' })),
];

/** Bytes upon which memcached closes the connection without a word. */
const HANG_UP: ServerRequest = { verb: 'quit' };
/** Words of a line that memcached looks at together; keys may go on behind them. */
const MAX_WORDS = 23;
/** Unknown words that start with one of these are never taken for HTTP. */
const KNOWN_FIRST_LETTERS = 'gsacidt';

/** What an unknown command is answered with: ERROR, or nothing where it looks like an HTTP request. */
export function parseUnknown(line: RequestLine): ServerRequest {
  const first = String.fromCharCode(line.bytes[line.start(0)] as number);
  const known = KNOWN_FIRST_LETTERS.includes(first) || (first === 'm' && line.length(0) === 2);
  const last = Math.min(line.count, MAX_WORDS) - 1;
  return !known && line.startsWith(last, 'HTTP/') ? HANG_UP : refused(ReplyLine.ERROR);
}

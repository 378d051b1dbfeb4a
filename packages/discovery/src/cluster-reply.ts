import { ProtocolError } from '@mc/protocol';

/** How a server is asked for its cluster: with `config get cluster`, or with `get` on a reserved key. */
export type ClusterForm = 'config' | 'key';

/** What came of the question. */
export type ClusterReply =
  /** The list, one character a byte. */
  | { readonly kind: 'list'; readonly payload: string }
  /** The server knows the question and has no list. */
  | { readonly kind: 'none' }
  /** The server does not know the question: `ERROR`. */
  | { readonly kind: 'unknown' }
  /** `SERVER_ERROR`, `CLIENT_ERROR`, or `ERROR` with words. */
  | { readonly kind: 'refused'; readonly word: string };

/** Longest list of servers that is read, in bytes. */
export const MAX_LIST_BYTES = 1_048_576;
/** Longest first line, in bytes: what a server says of an error is longer than the head of a list. */
const MAX_LINE_BYTES = 2048;
const LF = 0x0a;
/** What follows the list. */
const TAIL = '\r\nEND\r\n';
const HEADS: Readonly<Record<ClusterForm, RegExp>> = {
  config: /^CONFIG cluster \d{1,10} (?<length>\d{1,10})$/,
  key: /^VALUE AmazonElastiCache:cluster \d{1,10} (?<length>\d{1,10})$/,
};

/** Reads the one reply to the question, out of bytes that may be split anywhere. */
export class ClusterReplyReader {
  readonly #form: ClusterForm;
  /** All bytes so far. */
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Where the list starts, once its head was read. */
  #start = 0;
  /** Where the whole reply ends, once its head was read. */
  #end = 0;

  constructor(form: ClusterForm) {
    this.#form = form;
  }

  /**
   * Takes the next bytes; they may be reused. Returns the reply once it is complete.
   *
   * @throws ProtocolError for what is no such reply, is too long, or has bytes behind it
   */
  read(bytes: Uint8Array): ClusterReply | undefined {
    const searchedTo = this.#length;
    this.#append(bytes);
    if (this.#end > 0) return this.#readList();
    const lineEnd = this.#bytes.subarray(0, this.#length).indexOf(LF, searchedTo);
    if ((lineEnd < 0 ? this.#length : lineEnd) > MAX_LINE_BYTES)
      throw new ProtocolError('the line is too long');
    if (lineEnd < 0) return undefined;
    return this.#readHead(lineEnd);
  }

  /** Adds the bytes, in memory that grows with what has come, and at once where the length is known. */
  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (this.#end > 0 && length > this.#end) throw new ProtocolError('there are bytes behind the reply');
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, this.#end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  #readHead(lineEnd: number): ClusterReply | undefined {
    if (this.#bytes[lineEnd - 1] !== 0x0d) throw new ProtocolError('the line does not end in CRLF');
    const line = this.#bytes.toString('latin1', 0, lineEnd - 1);
    const length = HEADS[this.#form].exec(line)?.groups?.length;
    if (length === undefined) return this.#readLine(line, lineEnd + 1);
    if (Number(length) > MAX_LIST_BYTES) throw new ProtocolError('the list of servers is too long');
    this.#start = lineEnd + 1;
    this.#end = this.#start + Number(length) + TAIL.length;
    if (this.#length > this.#end) throw new ProtocolError('there are bytes behind the reply');
    return this.#readList();
  }

  #readList(): ClusterReply | undefined {
    if (this.#length < this.#end) return undefined;
    const tail = this.#end - TAIL.length;
    if (this.#bytes.toString('latin1', tail, this.#end) !== TAIL) {
      throw new ProtocolError('the list of servers is not as long as it was said to be');
    }
    return { kind: 'list', payload: this.#bytes.toString('latin1', this.#start, tail) };
  }

  #readLine(line: string, end: number): ClusterReply {
    const reply = replyOf(line);
    if (reply === undefined) throw new ProtocolError('the server sent what is no reply to the question');
    if (this.#length > end) throw new ProtocolError('there are bytes behind the reply');
    return reply;
  }
}

function replyOf(line: string): ClusterReply | undefined {
  if (line === 'END') return { kind: 'none' };
  if (line === 'ERROR') return { kind: 'unknown' };
  const [word = ''] = line.split(' ');
  return /^(?:SERVER_|CLIENT_)?ERROR$/.test(word) ? { kind: 'refused', word } : undefined;
}

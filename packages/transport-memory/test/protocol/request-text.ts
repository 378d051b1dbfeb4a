import { NEED_MORE } from '@mc/protocol';
import { RequestReader, type ServerRequest, type StoreRequest } from '../../src/protocol/index.js';

/** Bytes of latin1 text. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Latin1 text of bytes. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** A request with its body as text: the reader's own bytes may go. */
export type PlainRequest = Omit<ServerRequest, 'body' | 'bodyOwned'> & { readonly body?: string };

function plain(request: ServerRequest): PlainRequest {
  if (!('body' in request)) return request;
  const { body, bodyOwned: _, ...rest } = request;
  return { ...rest, body: textOf(body) };
}

/** Reads pieces of text one after the other; the bytes of a piece are spoiled once the reader wants more. */
export function readRequests(
  pieces: readonly string[],
  admit: (request: StoreRequest) => string | undefined = () => undefined,
): PlainRequest[] {
  const reader = new RequestReader({ admit });
  const requests: PlainRequest[] = [];
  for (const piece of pieces) {
    const bytes = bytesOf(piece);
    reader.feed(bytes);
    for (let next = reader.next(); next !== NEED_MORE; next = reader.next()) {
      requests.push(plain(next));
      if (next.verb === 'quit') return requests;
    }
    bytes.fill(0x21);
  }
  return requests;
}

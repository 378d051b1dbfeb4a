import { type MemcachedError, ProtocolError, Reply, type ReplyKind, ValueTooLargeError } from '@mc/protocol';
import { ClientError, ConnectionError, OutOfMemoryError, ServerError } from '../errors.js';

/** Words of a CLIENT_ERROR after which the server may read a value as commands. */
const LOST_STREAM = /bad command line|bad data chunk|too long|bad line/i;

/** What an error line means for its request and for the connection. */
export interface ReplyError {
  readonly error: MemcachedError;
  /** False where nothing more that comes on the connection can be trusted. */
  readonly keepConnection: boolean;
}

/** Reads an error line; see memcached's protocol.txt, "Error strings". */
export function readReplyError(
  kind: ReplyKind,
  text: string,
  server: string,
  errorIsReply: boolean,
): ReplyError {
  if (kind === Reply.SERVER_ERROR) return { error: serverError(text, server), keepConnection: true };
  if (kind === Reply.CLIENT_ERROR && !LOST_STREAM.test(text)) {
    return { error: new ClientError(text, { server }), keepConnection: true };
  }
  if (kind === Reply.ERROR && errorIsReply) {
    return { error: new ClientError('unknown command or argument', { server }), keepConnection: true };
  }
  if (kind === Reply.ERROR && /too many open connections/i.test(text)) {
    const error = new ConnectionError('MC_CONNECT_FAILED', 'the server has too many open connections', {
      server,
    });
    return { error, keepConnection: false };
  }
  return {
    error: new ProtocolError('the server did not understand a request', { server }),
    keepConnection: false,
  };
}

function serverError(text: string, server: string): MemcachedError {
  if (/too large/i.test(text))
    return new ValueTooLargeError("the value is over the server's item size limit", { server });
  if (/out of memory/i.test(text))
    return new OutOfMemoryError('the server has no memory for the item', { server });
  return new ServerError(text, { server });
}

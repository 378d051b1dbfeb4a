import { type ErrorCode, type ErrorDetails, MemcachedError } from '@mc/protocol';

/** An option is wrong; code `MC_CONFIGURATION`. */
export class ConfigurationError extends MemcachedError {
  constructor(message: string, details?: ErrorDetails) {
    super('MC_CONFIGURATION', message, details);
  }
}

/** The value cannot be stored faithfully; code `MC_ENCODE`. */
export class EncodeError extends MemcachedError {
  constructor(message: string, details?: ErrorDetails) {
    super('MC_ENCODE', message, details);
  }
}

/** The stored bytes cannot be read; code `MC_DECODE`. */
export class DecodeError extends MemcachedError {
  constructor(message: string, details?: ErrorDetails) {
    super('MC_DECODE', message, details);
  }
}

/** The server cannot give memory to the item; code `MC_OUT_OF_MEMORY`. */
export class OutOfMemoryError extends MemcachedError {
  constructor(message: string, details?: ErrorDetails) {
    super('MC_OUT_OF_MEMORY', message, details);
  }
}

/** A counter does not exist; code `MC_CACHE_MISS`. */
export class CacheMissError extends MemcachedError {
  /** The missing keys as given. Not enumerable, so that logs do not show them. */
  declare readonly keys: readonly (string | Uint8Array)[];

  constructor(keys: readonly (string | Uint8Array)[], details?: ErrorDetails) {
    super(
      'MC_CACHE_MISS',
      keys.length === 1 ? 'the counter does not exist' : `${keys.length} counters do not exist`,
      details,
    );
    Object.defineProperty(this, 'keys', { value: keys });
  }
}

/** Words of memcached's own that hold nothing of the user's. */
const KNOWN_WORDS: ReadonlySet<string> = new Set([
  'cannot increment or decrement non-numeric value',
  'flush_all not allowed',
  'invalid exptime argument',
  'invalid numeric delta argument',
  'unauthenticated',
  'unknown command or argument',
]);

function knownWords(serverMessage: string): string {
  return KNOWN_WORDS.has(serverMessage) ? `: ${serverMessage}` : ' (its words are in serverMessage)';
}

function printable(serverMessage: string): string {
  return serverMessage.replace(/[^\x20-\x7e]/g, '?');
}

/** The server refused the request; code `MC_CLIENT_ERROR`. */
export class ClientError extends MemcachedError {
  /** The server's words, without `CLIENT_ERROR`. Not enumerable: a proxy may put a key into them. */
  declare readonly serverMessage: string;

  constructor(serverMessage: string, details?: ErrorDetails) {
    super('MC_CLIENT_ERROR', `the server refused the request${knownWords(serverMessage)}`, details);
    Object.defineProperty(this, 'serverMessage', { value: printable(serverMessage) });
  }
}

/** The server failed to do what was asked; code `MC_SERVER_ERROR`. */
export class ServerError extends MemcachedError {
  /** The server's words, without `SERVER_ERROR`. Not enumerable: a proxy may put a key into them. */
  declare readonly serverMessage: string;

  constructor(serverMessage: string, details?: ErrorDetails) {
    super('MC_SERVER_ERROR', `the server answered with an error${knownWords(serverMessage)}`, details);
    Object.defineProperty(this, 'serverMessage', { value: printable(serverMessage) });
  }
}

/** The counter was changed to a value that no number can hold exactly; code `MC_COUNTER_RANGE`. */
export class CounterRangeError extends MemcachedError {
  /** The new value of the counter. Not enumerable: JSON has no bigint. */
  declare readonly value: bigint;

  constructor(value: bigint, details?: ErrorDetails) {
    super('MC_COUNTER_RANGE', 'the counter is past 2^53 - 1: pass the delta as a bigint to read it', details);
    Object.defineProperty(this, 'value', { value });
  }
}

/** A deadline passed; code `MC_TIMEOUT` or, where nothing was sent, `MC_TIMEOUT_UNSENT`. */
export class TimeoutError extends MemcachedError {
  constructor(sent: boolean, timeoutMs: number, details?: ErrorDetails) {
    super(
      sent ? 'MC_TIMEOUT' : 'MC_TIMEOUT_UNSENT',
      sent ? `no reply within ${timeoutMs} ms` : `the request could not be sent within ${timeoutMs} ms`,
      details,
    );
  }
}

/** The call's signal was aborted; code `MC_ABORTED` or, where nothing was sent, `MC_ABORTED_UNSENT`. */
export class AbortError extends MemcachedError {
  constructor(sent: boolean, reason: unknown) {
    super(sent ? 'MC_ABORTED' : 'MC_ABORTED_UNSENT', 'the call was aborted', { cause: reason });
  }
}

/** No connection, or it was lost; code `MC_CONNECT_FAILED` or `MC_CONNECTION_LOST`. */
export class ConnectionError extends MemcachedError {
  constructor(
    code: Extract<ErrorCode, 'MC_CONNECT_FAILED' | 'MC_CONNECTION_LOST'>,
    message: string,
    details?: ErrorDetails,
  ) {
    super(code, message, details);
  }
}

/** The server is marked down; code `MC_SERVER_DOWN`. */
export class ServerDownError extends MemcachedError {
  constructor(details: ErrorDetails) {
    super('MC_SERVER_DOWN', `server ${details.server} is marked down after repeated failures`, details);
  }
}

/** Too many calls wait for the server; code `MC_QUEUE_FULL`. */
export class QueueFullError extends MemcachedError {
  constructor(limit: number, details?: ErrorDetails) {
    super('MC_QUEUE_FULL', `${limit} calls are waiting for the server already (maxQueuedCalls)`, details);
  }
}

/** The client was closed; code `MC_CLOSED`. */
export class ClosedError extends MemcachedError {
  constructor() {
    super('MC_CLOSED', 'the client is closed');
  }
}

/** Part of a batch failed; code `MC_PARTIAL_FAILURE`. */
export class PartialFailureError extends MemcachedError {
  /** What the call would have returned for the rest. Not enumerable. */
  declare readonly result: unknown;
  /** The reason for each key (as given) or server name that failed. Not enumerable. */
  declare readonly errors: ReadonlyMap<string | Uint8Array, Error>;

  constructor(result: unknown, errors: ReadonlyMap<string | Uint8Array, Error>) {
    super('MC_PARTIAL_FAILURE', partialMessage(errors), { cause: errors.values().next().value });
    Object.defineProperty(this, 'result', { value: result });
    Object.defineProperty(this, 'errors', { value: errors });
  }
}

function partialMessage(errors: ReadonlyMap<unknown, Error>): string {
  const codes = new Set<string>();
  for (const error of errors.values()) codes.add(error instanceof MemcachedError ? error.code : error.name);
  return `${errors.size} part(s) of the batch failed (${[...codes].join(', ')}): see the properties result and errors`;
}

/** Whether a write whose call failed may have taken effect on the server. */
export type WriteOutcome = 'no' | 'maybe' | 'yes';

/** What happens to the connection on which an error arose. */
export type ConnectionOutcome = 'none' | 'kept' | 'destroyed';

/** One row of the code table: all that can be said of an error from its code alone. */
export interface ErrorRow {
  /** Name of the class that carries the code. */
  readonly name: string;
  /** What happened. */
  readonly meaning: string;
  /** What the caller can do about it. */
  readonly advice: string;
  /** Whether a write may have taken effect. */
  readonly written: WriteOutcome;
  /** What happened to the connection. */
  readonly connection: ConnectionOutcome;
  /** True where the server could not be reached or did not answer, as against refusing one request. */
  readonly serverFailure: boolean;
}

function row(
  name: string,
  written: WriteOutcome,
  connection: ConnectionOutcome,
  meaning: string,
  advice: string,
  serverFailure = false,
): ErrorRow {
  return { name, meaning, advice, written, connection, serverFailure };
}

/** A stable error code; the keys of {@link ERROR_TABLE}. Match on it rather than on the class or the message. */
export type ErrorCode =
  | 'MC_INVALID_KEY'
  | 'MC_INVALID_ARGUMENT'
  | 'MC_CONFIGURATION'
  | 'MC_ENCODE'
  | 'MC_DECODE'
  | 'MC_VALUE_TOO_LARGE'
  | 'MC_OUT_OF_MEMORY'
  | 'MC_CACHE_MISS'
  | 'MC_CLIENT_ERROR'
  | 'MC_SERVER_ERROR'
  | 'MC_COUNTER_RANGE'
  | 'MC_TIMEOUT'
  | 'MC_TIMEOUT_UNSENT'
  | 'MC_ABORTED'
  | 'MC_ABORTED_UNSENT'
  | 'MC_CONNECT_FAILED'
  | 'MC_CONNECTION_LOST'
  | 'MC_SERVER_DOWN'
  | 'MC_PROTOCOL'
  | 'MC_QUEUE_FULL'
  | 'MC_CLOSED'
  | 'MC_PARTIAL_FAILURE';

/** The closed table of error codes. `docs/errors.md` is generated from it. */
export const ERROR_TABLE: Readonly<Record<ErrorCode, ErrorRow>> = {
  MC_INVALID_KEY: row(
    'InvalidKeyError',
    'no',
    'none',
    'A key is empty or longer than 250 bytes with its prefix, holds a byte <= 0x20 or 0x7f, or is not well-formed text.',
    'Change the key. Nothing was sent.',
  ),
  MC_INVALID_ARGUMENT: row(
    'InvalidArgumentError',
    'no',
    'none',
    'A ttl, delta, CAS id, timeout or another argument is outside what memcached can hold.',
    'Correct the argument named in the message. Nothing was sent.',
  ),
  MC_CONFIGURATION: row(
    'ConfigurationError',
    'no',
    'none',
    'The client, a transport, codec or compressor was configured with something it cannot work with.',
    'Correct the option named in the message.',
  ),
  MC_ENCODE: row(
    'EncodeError',
    'no',
    'none',
    'The value cannot be represented faithfully by the codec.',
    'Change the value, or use a codec that can hold it. Nothing was sent.',
  ),
  MC_DECODE: row(
    'DecodeError',
    'no',
    'kept',
    'A stored value cannot be read: unknown flags, a codec that is not installed, or damaged bytes.',
    'Add the codec or compressor named in the message, or delete the item. It is never reported as a miss.',
  ),
  MC_VALUE_TOO_LARGE: row(
    'ValueTooLargeError',
    'no',
    'kept',
    "The value is larger than the server's item size limit (1 MiB unless started with -I). The server drops the key's old item.",
    "Store less, compress, or raise the server's -I.",
  ),
  MC_OUT_OF_MEMORY: row(
    'OutOfMemoryError',
    'no',
    'kept',
    'The server has no memory for the item and may not evict.',
    'Give the server more memory (-m) or let it evict (no -M).',
  ),
  MC_CACHE_MISS: row(
    'CacheMissError',
    'no',
    'kept',
    'A counter to change does not exist.',
    'Create it with add() first. The property keys (not enumerable) lists the missing keys.',
  ),
  MC_CLIENT_ERROR: row(
    'ClientError',
    'no',
    'kept',
    'The server refused the request: incr or decr of a value that is not a number, or a command that is switched off.',
    'Correct the call, or the value stored under the key.',
  ),
  MC_SERVER_ERROR: row(
    'ServerError',
    'maybe',
    'kept',
    'The server, or a proxy before it, answered SERVER_ERROR.',
    "Read serverMessage and the server's log; a read can be tried again.",
  ),
  MC_COUNTER_RANGE: row(
    'CounterRangeError',
    'yes',
    'kept',
    'The counter was changed and is now past 2^53 - 1, which a number cannot hold exactly.',
    'Pass the delta as a bigint. The new value is in the property value.',
  ),
  MC_TIMEOUT: row(
    'TimeoutError',
    'maybe',
    'kept',
    'The request was sent and no reply came within timeoutMs.',
    'A read can be tried again. A write may have happened: read before you repeat it.',
    true,
  ),
  MC_TIMEOUT_UNSENT: row(
    'TimeoutError',
    'no',
    'none',
    'timeoutMs passed before the request could be sent (still connecting, or the queue is long).',
    'It is safe to try again.',
    true,
  ),
  MC_ABORTED: row(
    'AbortError',
    'maybe',
    'kept',
    'The signal of the call was aborted after the request had been sent.',
    'The reason is in cause. A write may have happened.',
  ),
  MC_ABORTED_UNSENT: row(
    'AbortError',
    'no',
    'none',
    'The signal of the call was aborted before the request was sent.',
    'The reason is in cause. Nothing was sent.',
  ),
  MC_CONNECT_FAILED: row(
    'ConnectionError',
    'no',
    'destroyed',
    'No connection to the server could be made: refused, not found, timed out, or it has too many already.',
    'Check the address and the server. It is safe to try again.',
    true,
  ),
  MC_CONNECTION_LOST: row(
    'ConnectionError',
    'maybe',
    'destroyed',
    'The connection ended while a reply was owed.',
    'A read can be tried again. A write may have happened: read before you repeat it.',
    true,
  ),
  MC_SERVER_DOWN: row(
    'ServerDownError',
    'no',
    'none',
    'The server failed several times in a row and is marked down; a background probe brings it back.',
    'Treat it as unavailable. Nothing was sent.',
    true,
  ),
  MC_PROTOCOL: row(
    'ProtocolError',
    'maybe',
    'destroyed',
    'The server sent something that is not the reply that was due, so nothing more on the connection can be trusted.',
    'Check that a memcached answers at this address. A write may have happened.',
    true,
  ),
  MC_QUEUE_FULL: row(
    'QueueFullError',
    'no',
    'none',
    'maxQueuedCalls calls are waiting to be sent to the server already.',
    'Send less at once, or wait for earlier calls. Nothing was sent.',
  ),
  MC_CLOSED: row(
    'ClosedError',
    'no',
    'none',
    'The client is closed.',
    'Create a new client, or clone() this one.',
  ),
  MC_PARTIAL_FAILURE: row(
    'PartialFailureError',
    'maybe',
    'none',
    'Some keys or servers of a batch could not be handled; the others were.',
    'The properties result and errors (not enumerable) hold what succeeded and the reason for each key that did not.',
  ),
};

/** What an error may be given besides its code and message. */
export interface ErrorDetails {
  /** Name of the server concerned, `host:port` or a socket path. */
  readonly server?: string | undefined;
  /** The error behind this one. */
  readonly cause?: unknown;
}

const BRAND: symbol = Symbol.for('@mc/error');

/**
 * Base of every error of the project. Its message never holds a key or a value.
 * Two copies of the package may be loaded, so test with {@link isMemcachedError} or by `code`.
 */
export class MemcachedError extends Error {
  /** The stable code; see {@link ERROR_TABLE}. */
  readonly code: ErrorCode;
  /** Name of the server concerned, where there is one. */
  readonly server: string | undefined;

  constructor(code: ErrorCode, message: string, details?: ErrorDetails) {
    super(message, details?.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.server = details?.server;
    Object.defineProperty(this, BRAND, { value: true });
    Object.defineProperty(this, 'name', {
      value: ERROR_TABLE[code].name,
      configurable: true,
      writable: true,
    });
  }

  /** Whether a write may have taken effect: `no`, `maybe` or `yes`. */
  get written(): WriteOutcome {
    return ERROR_TABLE[this.code].written;
  }
}

/** True for an error of this project, also one made by another loaded copy of it. */
export function isMemcachedError(error: unknown): error is MemcachedError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** True where the error says that a server could not be reached or did not answer. */
export function isServerFailure(error: unknown): boolean {
  return isMemcachedError(error) && ERROR_TABLE[error.code].serverFailure;
}

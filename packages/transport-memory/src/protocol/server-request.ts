/*
 * Requests as a server sees them. Keys are text of one character a byte: any byte but space, CR, LF and NUL may stand in one.
 */

/** `get`, `gets`, `gat`, `gats`. */
export interface RetrieveRequest {
  readonly verb: 'get' | 'gets' | 'gat' | 'gats';
  readonly keys: readonly string[];
  /** Present where the items found are touched too; otherwise `undefined`. */
  readonly exptime: number | undefined;
  /**
   * A key behind `keys` was too long: the keys before it count as read (and touched), but this line is the whole
   * reply.
   */
  readonly refusal: string | undefined;
}

/** `set`, `add`, `replace`, `append`, `prepend`, `cas`. */
export interface StoreRequest {
  readonly verb: 'set' | 'add' | 'replace' | 'append' | 'prepend' | 'cas';
  readonly key: string;
  /** 0 to 2^32 - 1. */
  readonly flags: number;
  readonly exptime: number;
  /** Announced length of the body in bytes. */
  readonly bodyLength: number;
  /** The CAS id that `cas` compares with; 0 for the others. */
  readonly cas: bigint;
  readonly noreply: boolean;
  /** The body; valid until the reader's next call, unless `bodyOwned`. Empty while the request is being admitted. */
  readonly body: Uint8Array;
  /** True where `body` was made for this request alone and may be kept. */
  readonly bodyOwned: boolean;
}

/** `incr`, `decr`. */
export interface ArithmeticRequest {
  readonly verb: 'incr' | 'decr';
  readonly key: string;
  /** 0 to 2^64 - 1. */
  readonly delta: bigint;
  readonly noreply: boolean;
}

/** `delete`. */
export interface DeleteRequest {
  readonly verb: 'delete';
  readonly key: string;
  readonly noreply: boolean;
}

/** `touch`. */
export interface TouchRequest {
  readonly verb: 'touch';
  readonly key: string;
  readonly exptime: number;
  readonly noreply: boolean;
}

/** `flush_all`. */
export interface FlushRequest {
  readonly verb: 'flush_all';
  /** Delay in seconds, or an absolute time, as for items; 0 where none was given. */
  readonly exptime: number;
  readonly noreply: boolean;
}

/** `stats`. */
export interface StatsRequest {
  readonly verb: 'stats';
  /** The group asked for; `undefined` for the general statistics. */
  readonly group: string | undefined;
}

/** `verbosity`. */
export interface VerbosityRequest {
  readonly verb: 'verbosity';
  readonly level: number;
  readonly noreply: boolean;
}

/** `config get <name>`: what a managed cluster's servers answer, and a plain server does not know. */
export interface ConfigRequest {
  readonly verb: 'config';
  /** The name asked for: `cluster`, or any other word. */
  readonly name: string;
}

/** `lru_crawler metadump <what>`. */
export interface MetadumpRequest {
  readonly verb: 'lru_crawler';
  /** `all`, `hash`, or the numbers of slab classes with commas between. */
  readonly what: string;
}

/** `version`. */
export interface VersionRequest {
  readonly verb: 'version';
}

/** `quit`, or bytes upon which memcached closes without a word. */
export interface CloseRequest {
  readonly verb: 'quit';
}

/** A request that is answered with an error line and does nothing. */
export interface RefusedRequest {
  readonly verb: 'refused';
  /** The line to answer, without its CRLF. */
  readonly line: string;
}

/** One request, told apart by `verb`. */
export type ServerRequest =
  | RetrieveRequest
  | StoreRequest
  | ArithmeticRequest
  | DeleteRequest
  | TouchRequest
  | FlushRequest
  | StatsRequest
  | VerbosityRequest
  | ConfigRequest
  | MetadumpRequest
  | VersionRequest
  | CloseRequest
  | RefusedRequest;

/** What the `verb` of a request can be. */
export type ServerVerb = ServerRequest['verb'];

/** The request type of a verb. */
export type RequestOf<V extends ServerVerb> = Extract<ServerRequest, { readonly verb: V }>;

import type { ClientOptions, Distribution, HashFunction } from './contract.js';
import { ConfigurationError } from './errors.js';
import { checkOptionTypes } from './option-checks.js';
import {
  distributionFor,
  PYLIBMC_DISTRIBUTIONS,
  PYLIBMC_HASHES,
  type PylibmcDistributionName,
  type PylibmcHashName,
  settle,
} from './route/pylibmc-mapping.js';

/** Python's `True`, `False` and integers. */
export type PylibmcNumber = number | boolean;

/**
 * The behaviors of a `pylibmc.Client`, by pylibmc's names. Their order in the object does not matter: pylibmc applies
 * them in the order below, and so a `distribution` wins over both ketamas, and `ketama_weighted: true` over `hash`.
 * Source: pylibmc 1.6.3 with libmemcached 1.1.4.
 */
export interface PylibmcBehaviors {
  /** Places the keys, and the points of an unweighted ring. Default `default`, which is one-at-a-time. */
  readonly hash?: PylibmcHashName;
  /** True: a ring; its hash stays `hash`, which is not md5 unless it says so. False: `modula`. */
  readonly ketama?: PylibmcNumber;
  /** True: a weighted ring, and `hash` becomes md5. False: the same as `ketama: true`. */
  readonly ketama_weighted?: PylibmcNumber;
  /** Default `modula`. On any of the rings, a server of a weight over 1 makes it a weighted one, placed by md5. */
  readonly distribution?: PylibmcDistributionName;
  /** Becomes `connectTimeoutMs`. Milliseconds; negative: no limit. */
  readonly connect_timeout?: PylibmcNumber;
  /** Becomes `eject` where there is a ring; without one it has no effect, as there. */
  readonly auto_eject?: PylibmcNumber;
  /** Becomes `retryTimeoutMs`. Seconds; 0: within one; negative: at once. */
  readonly retry_timeout?: PylibmcNumber;
  /** The same as `retry_timeout`, which wins where both are given. */
  readonly _retry_timeout?: PylibmcNumber;
  /** The same as `auto_eject`, and wins over it. With libmemcached 1.0 it is `failure_limit` as well. */
  readonly remove_failed?: PylibmcNumber;
  /** Becomes `failureLimit`, at least 1. */
  readonly failure_limit?: PylibmcNumber;
  /** True: `namespace` has a part in choosing the server; see `hashKeyPrefix`. */
  readonly _hash_with_prefix_key?: PylibmcNumber;
  /** Becomes `sortHosts`. */
  readonly _sort_hosts?: PylibmcNumber;
  /** Becomes `timeoutMs` and `connectionTimeoutMs`. Milliseconds; negative: no limit. */
  readonly _poll_timeout?: PylibmcNumber;
  /** With `auto_eject` it becomes `retryTimeoutMs`. Seconds; at 0 the server never came back there, and does here. */
  readonly dead_timeout?: PylibmcNumber;
  /** Becomes `keyPrefix`: 1 to 127 characters of printable ASCII. Bytes in Python. */
  readonly namespace?: string;

  /** No effect, as there. */
  readonly ketama_hash?: PylibmcHashName | PylibmcNumber;
  /** No effect, as there: `_poll_timeout` is the one that counts. */
  readonly send_timeout?: PylibmcNumber;
  /** No effect, as there: `_poll_timeout` is the one that counts. */
  readonly receive_timeout?: PylibmcNumber;
  /** No effect: nothing blocks here. */
  readonly no_block?: PylibmcNumber;
  /** No effect: on by default; see `tcpTransport()`. */
  readonly tcp_nodelay?: PylibmcNumber;
  /** No effect: on by default; see `tcpTransport()`. */
  readonly tcp_keepalive?: PylibmcNumber;
  /** No effect: `gets` and `cas` always work. */
  readonly cas?: PylibmcNumber;
  /** No effect: keys are always checked. Unlike there, keys that are not ASCII pass. */
  readonly verify_keys?: PylibmcNumber;

  /** Only false: a write is sent at once, and its call says what became of it. */
  readonly buffer_requests?: PylibmcNumber;
  /** Only 0: replicas need the binary protocol. */
  readonly num_replicas?: PylibmcNumber;
  /** Only false: each write waits for its reply. */
  readonly _noreply?: PylibmcNumber;
  /** Only 0: it belongs to the binary protocol. */
  readonly _io_key_prefetch?: PylibmcNumber;
  /** Only libmemcached's default, 500. */
  readonly _io_msg_watermark?: PylibmcNumber;
  /** Only libmemcached's default, 66,560. */
  readonly _io_bytes_watermark?: PylibmcNumber;
  /** Refused: the system sizes the buffers. */
  readonly _socket_send_size?: PylibmcNumber;
  /** Refused: the system sizes the buffers. */
  readonly _socket_recv_size?: PylibmcNumber;
  /** Only -1: the codec decides, `pylibmcCodec({ protocol })`. */
  readonly pickle_protocol?: PylibmcNumber;
}

/** Options of {@link pylibmcBehaviors}. */
export interface PylibmcBehaviorsOptions {
  /**
   * `client` (default): keys are mapped as by a `pylibmc.Client`. `clone`: as by its `clone()`, and so by the clients of
   * `ClientPool` and `ThreadMappedPool`. The two differ where weighted ketama was asked for and no server has a weight
   * over 1: the ring of a clone is not weighted then.
   */
  readonly mapping?: 'client' | 'clone';
  /**
   * What the program sets after the client is made, in order, as one object each time: `client.behaviors[name] = value`
   * and `client.behaviors = {...}`. It is not the same as to make the client with it: a ring that `ketama` makes then
   * ignores weights, and a `hash` that follows places the keys only. Default none.
   */
  readonly later?: readonly PylibmcBehaviors[];
  /** See `libmemcachedHash()`. Default true. */
  readonly signedChars?: boolean;
}

/** What a set of behaviors stands for: a part of the options of `createClient`. */
export interface PylibmcClientOptions
  extends Pick<ClientOptions, 'sortHosts' | 'keyPrefix' | 'hashKeyPrefix' | 'eject' | 'failureLimit'>,
    Pick<ClientOptions, 'retryTimeoutMs' | 'connectTimeoutMs' | 'timeoutMs' | 'connectionTimeoutMs'> {
  readonly hash: HashFunction;
  readonly distribution: Distribution;
}

type BehaviorName = keyof PylibmcBehaviors;
/** Behaviors once they are checked: all but names and the namespace as integers. */
type Checked = Partial<Record<Exclude<BehaviorName, 'hash' | 'distribution' | 'namespace'>, number>> &
  Pick<PylibmcBehaviors, 'hash' | 'distribution' | 'namespace'>;

/** What may be said of a behavior that has no counterpart: the one value that asks for nothing, and why no other. */
type Refusal = readonly [harmless: number | undefined, why: string];
const BINARY_ONLY = 'it belongs to the binary protocol';
const BY_SYSTEM = 'the system sizes the buffers';
const FLOWS = 'reading never waits for writing here';
const REFUSALS: ReadonlyMap<BehaviorName, Refusal> = new Map<BehaviorName, Refusal>([
  ['buffer_requests', [0, 'a write is sent at once, and its call says what became of it']],
  ['num_replicas', [0, BINARY_ONLY]],
  ['_noreply', [0, 'each write waits for its reply']],
  ['_io_key_prefetch', [0, BINARY_ONLY]],
  ['_io_msg_watermark', [500, FLOWS]],
  ['_io_bytes_watermark', [66_560, FLOWS]],
  ['_socket_send_size', [undefined, BY_SYSTEM]],
  ['_socket_recv_size', [undefined, BY_SYSTEM]],
  ['pickle_protocol', [-1, 'the codec decides, as in pylibmcCodec({ protocol: 4 })']],
]);
const NAMES: ReadonlySet<string> = new Set<BehaviorName>([
  ...(['hash', 'ketama', 'ketama_weighted', 'distribution', 'connect_timeout', 'auto_eject'] as const),
  ...(['retry_timeout', '_retry_timeout', 'remove_failed', 'failure_limit', 'dead_timeout'] as const),
  ...(['_hash_with_prefix_key', '_sort_hosts', '_poll_timeout', 'namespace', 'ketama_hash'] as const),
  ...(['send_timeout', 'receive_timeout', 'no_block', 'tcp_nodelay', 'tcp_keepalive'] as const),
  ...(['cas', 'verify_keys'] as const),
  ...REFUSALS.keys(),
]);
const MAX_NAMESPACE = 127;
const MAX_INTEGER: number = 2 ** 31 - 1;

/**
 * What pylibmc's behaviors stand for here, with what they really do there: a client of these options finds each key
 * where a Python process with these behaviors and the same list of servers put it. `hash` and `distribution` are
 * always part of the result, all else only where it is asked for: timeouts keep this client's defaults.
 *
 * @throws ConfigurationError for a name that pylibmc does not have, a value that it refuses, and what has no
 * counterpart
 */
export function pylibmcBehaviors(
  behaviors: PylibmcBehaviors = {},
  options: PylibmcBehaviorsOptions = {},
): PylibmcClientOptions {
  const { mapping, later, signedChars } = checkedOptions(options);
  const steps = [behaviors, ...later].map(checkedBehaviors);
  const { keyHash, distribution } = distributionFor(
    (isHeavy) => settle(steps, isHeavy, mapping === 'clone'),
    signedChars,
  );
  const all: Checked = Object.assign({}, ...steps);
  return {
    hash: keyHash,
    distribution,
    ...(steps.some(({ _sort_hosts }) => _sort_hosts) ? { sortHosts: true } : {}),
    ...prefixOptions(all),
    ...failureOptions(all, distribution.isConsistent === true),
  };
}

/** @throws ConfigurationError */
function checkedOptions(options: PylibmcBehaviorsOptions): Required<PylibmcBehaviorsOptions> {
  checkOptionTypes('pylibmcBehaviors', options, { mapping: '', later: '', signedChars: 'boolean' });
  const { mapping = 'client', later = [], signedChars = true } = options;
  if (mapping !== 'client' && mapping !== 'clone') {
    throw new ConfigurationError("mapping must be 'client' or 'clone'");
  }
  if (!Array.isArray(later)) throw new ConfigurationError('later must be a list of behaviors');
  return { mapping, later, signedChars };
}

function prefixOptions({ namespace, _hash_with_prefix_key }: Checked): Partial<PylibmcClientOptions> {
  if (namespace === undefined) return {};
  return { keyPrefix: namespace, hashKeyPrefix: Boolean(_hash_with_prefix_key) };
}

function failureOptions(all: Checked, isRing: boolean): Partial<PylibmcClientOptions> {
  const { auto_eject, failure_limit, connect_timeout, _poll_timeout } = all;
  if (failure_limit !== undefined && failure_limit < 1) {
    throw new ConfigurationError('the behavior failure_limit must be at least 1');
  }
  const ejects = isRing && Boolean(auto_eject);
  const retryMs = retryTimeoutMs(all, ejects);
  const connectMs = waitMs('connect_timeout', connect_timeout);
  const pollMs = waitMs('_poll_timeout', _poll_timeout);
  return {
    ...(auto_eject === undefined ? {} : { eject: ejects }),
    ...(failure_limit === undefined ? {} : { failureLimit: failure_limit }),
    ...(retryMs === undefined ? {} : { retryTimeoutMs: retryMs }),
    ...(connectMs === undefined ? {} : { connectTimeoutMs: connectMs }),
    ...(pollMs === undefined ? {} : { timeoutMs: pollMs, connectionTimeoutMs: pollMs }),
  };
}

/** An ejected server stays out for `dead_timeout`, and one that is not for `retry_timeout`. */
function retryTimeoutMs({ dead_timeout = 0, retry_timeout }: Checked, ejects: boolean): number | undefined {
  const seconds = ejects && dead_timeout > 0 ? dead_timeout : retry_timeout;
  if (seconds === undefined) return undefined;
  return seconds < 0 ? 1 : Math.min(Math.max(seconds, 1) * 1000, MAX_INTEGER);
}

function waitMs(name: BehaviorName, value: number | undefined): number | undefined {
  if (value === 0) throw new ConfigurationError(`with the behavior ${name} at 0 every call fails at once`);
  return value !== undefined && value < 0 ? MAX_INTEGER : value;
}

/** @throws ConfigurationError */
function checkedBehaviors(behaviors: PylibmcBehaviors): Checked {
  if (typeof behaviors !== 'object' || behaviors === null || Array.isArray(behaviors)) {
    throw new ConfigurationError('behaviors must be an object');
  }
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(behaviors)) {
    if (!NAMES.has(name)) {
      throw new ConfigurationError(`pylibmc has no behavior ${name}; it has ${[...NAMES].join(', ')}`);
    }
    if (value !== undefined) checked[name] = checkedValue(name as BehaviorName, value);
  }
  const { _retry_timeout, remove_failed } = checked;
  if (_retry_timeout !== undefined) checked.retry_timeout ??= _retry_timeout;
  if (remove_failed !== undefined) checked.auto_eject = remove_failed;
  return checked as Checked;
}

/** @throws ConfigurationError */
function checkedValue(name: BehaviorName, value: unknown): unknown {
  if (name === 'hash') return oneOf('hash', PYLIBMC_HASHES, value);
  if (name === 'distribution') return oneOf('distribution', PYLIBMC_DISTRIBUTIONS, value);
  if (name === 'namespace') return checkedNamespace(value);
  if (name === 'ketama_hash' && typeof value === 'string')
    return PYLIBMC_HASHES.indexOf(oneOf(name, PYLIBMC_HASHES, value));
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (!Number.isInteger(number) || Math.abs(number as number) > MAX_INTEGER) {
    throw new ConfigurationError(`the behavior ${name} must be true, false or an integer of 32 bits`);
  }
  const [harmless, why] = REFUSALS.get(name) ?? [number];
  if (number === harmless) return number;
  throw new ConfigurationError(`the behavior ${name} has no counterpart here: ${why}; leave it out`);
}

function oneOf<T>(name: string, values: readonly T[], value: unknown): T {
  if (values.includes(value as T)) return value as T;
  throw new ConfigurationError(`the behavior ${name} must be one of ${values.join(', ')}`);
}

function checkedNamespace(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_NAMESPACE && /^[!-~]+$/.test(value)) return value;
  throw new ConfigurationError(
    `the behavior namespace must be text of 1 to ${MAX_NAMESPACE} printable ASCII characters, without spaces`,
  );
}

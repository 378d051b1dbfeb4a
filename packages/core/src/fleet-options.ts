import { checkKey, MAX_RELATIVE_SECONDS } from '@mc/protocol';
import { isTimeout } from './arguments.js';
import type {
  ClientOptions,
  Discovery,
  Distribution,
  GutterOptions,
  HashFunction,
  Server,
} from './contract.js';
import { ConfigurationError } from './errors.js';
import { DIGEST_LENGTH, type KeyRules } from './key-rules.js';
import { checkOptionTypes, integer } from './option-checks.js';
import { ketama } from './route/ketama.js';
import { parseServers } from './server-list.js';

/** How keys go to the wire and to servers; the types of the options were checked. @throws ConfigurationError */
export function keyRulesOf(options: ClientOptions): KeyRules {
  const { routeBy, longKeys = 'refuse', hashKeyPrefix: hashesPrefix = true } = options;
  if (longKeys !== 'refuse' && longKeys !== 'digest') {
    throw new ConfigurationError("longKeys must be 'refuse' or 'digest'");
  }
  return {
    prefix: checkPrefix(options.keyPrefix, longKeys === 'digest'),
    hashesPrefix,
    routeBy,
    digestsLongKeys: longKeys === 'digest',
  };
}

/** Settings of the servers and of which holds a key. */
export interface FleetSettings {
  readonly hash: HashFunction | undefined;
  readonly distribution: Distribution;
  readonly sortHosts: boolean;
  readonly eject: boolean;
  readonly gutter: { readonly servers: readonly Server[]; readonly maxTtl: number } | undefined;
}

/** The types of the options were checked. @throws ConfigurationError */
export function fleetSettings(options: ClientOptions): FleetSettings {
  const { hash, distribution = ketama(), sortHosts = false, eject = false, gutter } = options;
  if (typeof distribution?.build !== 'function') {
    throw new ConfigurationError('distribution must be one such as ketama()');
  }
  if (eject && distribution.isConsistent !== true) {
    throw new ConfigurationError(
      'eject needs a ring such as ketama(): without one it would move nearly all keys',
    );
  }
  if (eject && gutter !== undefined) throw new ConfigurationError('eject and gutter exclude each other');
  return {
    hash,
    distribution,
    sortHosts,
    eject,
    gutter: gutter === undefined ? undefined : gutterOf(gutter),
  };
}

/** @throws ConfigurationError */
function gutterOf(gutter: GutterOptions): FleetSettings['gutter'] {
  checkOptionTypes('gutter', gutter, { servers: '', maxTtl: '' });
  const servers = parseServers(gutter.servers);
  const maxTtl = integer('maxTtl of gutter', gutter.maxTtl, 10, 1);
  if (maxTtl > MAX_RELATIVE_SECONDS) throw new ConfigurationError('maxTtl of gutter must be at most 30 days');
  return { servers, maxTtl };
}

/** True for a source of server lists; a server as an object names a host or a path. */
export function isDiscovery(servers: ClientOptions['servers']): servers is Discovery {
  return typeof (servers as Partial<Discovery> | undefined)?.look === 'function';
}

/** @throws ConfigurationError */
export function discoveryOf(servers: Discovery): Discovery {
  const { name, intervalMs } = servers;
  if (typeof name !== 'string' || name === '') throw new ConfigurationError('a discovery must have a name');
  if (!isTimeout(intervalMs)) {
    throw new ConfigurationError(
      'intervalMs of a discovery must be a number of milliseconds from 1 to 2^31 - 1',
    );
  }
  return servers;
}

/** @throws ConfigurationError where no key, or no digest of a long one, could follow the prefix */
export function checkPrefix(keyPrefix: string | undefined, digestsLongKeys: boolean): string {
  if (keyPrefix === undefined || keyPrefix === '') return '';
  if (typeof keyPrefix !== 'string') throw new ConfigurationError('keyPrefix must be a string');
  try {
    checkKey('k'.repeat(digestsLongKeys ? DIGEST_LENGTH : 1), keyPrefix);
  } catch (cause) {
    throw new ConfigurationError('keyPrefix leaves no room for a key, or holds bytes that no key may hold', {
      cause,
    });
  }
  return keyPrefix;
}

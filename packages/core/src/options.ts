import type { ChannelOptions } from './connection/channel-options.js';
import type { ClientOptions, ServerFailurePolicy } from './contract.js';
import { checkOptionTypes, integer, milliseconds } from './option-checks.js';
import { maxValueBytesOf } from './value-options.js';
import { failurePolicy, VIEW_OPTIONS } from './view-options.js';

const CLIENT_OPTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(VIEW_OPTIONS.map((name) => [name, ''])),
  servers: '',
  transport: '',
  hashKeyPrefix: 'boolean',
  routeBy: 'function',
  longKeys: '',
  sortHosts: 'boolean',
  hash: 'function',
  distribution: '',
  eject: 'boolean',
  gutter: '',
  connectTimeoutMs: '',
  connectionTimeoutMs: '',
  failureLimit: '',
  retryTimeoutMs: '',
  retries: '',
  maxQueuedCalls: '',
  maxValueBytes: '',
  mergeGets: 'boolean',
};

/** @throws ConfigurationError for what is no options object, or has an option that does not exist or is of another type */
export function checkOptionNames(options: ClientOptions): void {
  checkOptionTypes('createClient', options, CLIENT_OPTIONS);
}

/** Settings of calls, checked and with their defaults. */
export interface CallSettings {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onServerFailure: ServerFailurePolicy;
}

/** @throws ConfigurationError */
export function callSettings(options: ClientOptions): CallSettings {
  return {
    timeoutMs: milliseconds('timeoutMs', options.timeoutMs, 500),
    retries: integer('retries', options.retries, 1, 0),
    onServerFailure: failurePolicy(options.onServerFailure, 'throw'),
  };
}

/** @throws ConfigurationError */
export function channelSettings(options: ClientOptions): Omit<ChannelOptions, 'keepsBytes' | 'maxTtl'> {
  return {
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs, 1000),
    connectionTimeoutMs: milliseconds('connectionTimeoutMs', options.connectionTimeoutMs, 2000),
    failureLimit: integer('failureLimit', options.failureLimit, 3, 1),
    retryTimeoutMs: milliseconds('retryTimeoutMs', options.retryTimeoutMs, 2000),
    maxQueuedCalls: integer('maxQueuedCalls', options.maxQueuedCalls, 65_536, 1),
    maxValueBytes: maxValueBytesOf(options),
    mergeGets: options.mergeGets ?? true,
  };
}

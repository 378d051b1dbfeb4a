import type { ServerInput, Transport } from '@mc/core';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import { afterAll, beforeAll } from 'vitest';
import { PATIENT } from './patience.js';

/** A server that the tests of a file share, as options of a client. */
export interface Target {
  readonly servers: ServerInput;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly connectionTimeoutMs: number;
}

/** The servers that every test of a contract runs on, by name: the embedded one and, where there is one, the real one. */
export function targets(): ReadonlyMap<string, Target> {
  const all = new Map<string, Target>();
  all.set('the embedded server', { servers: 'embedded:11211', transport: memoryTransport(), ...PATIENT });
  if (expectsMemcached()) all.set('memcached', realTarget());
  return all;
}

/** Starts with the file's tests, and is stopped behind them. */
function realTarget(): Target {
  const running: MemcachedServer[] = [];
  beforeAll(async () => void running.push(await startMemcached()));
  afterAll(async () => {
    for (const server of running) await server.stop();
  });
  return {
    get servers(): ServerInput {
      return (running[0] as MemcachedServer).address;
    },
    transport: tcpTransport(),
    ...PATIENT,
  };
}

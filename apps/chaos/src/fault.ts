import type { ServerAddress } from '@mc/core';
import { startMemcached } from '@mc/testing';
import { SwallowingProxy } from './swallowing-proxy.js';

/** A real memcached that can be made to fail in one way. */
export interface Victim {
  /** Goes into the servers of a client. */
  readonly address: ServerAddress;
  readonly name: string;
  fail(): Promise<void>;
  /** Makes it well again; resolves when it would answer. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** A way to fail. */
export interface Fault {
  readonly name: string;
  readonly start: () => Promise<Victim>;
}

async function startKilled(): Promise<Victim> {
  const server = await startMemcached();
  return {
    address: server.address,
    name: server.name,
    fail: () => server.kill(),
    heal: () => server.restart(),
    close: () => server.stop(),
  };
}

async function startHanging(): Promise<Victim> {
  const server = await startMemcached();
  return {
    address: server.address,
    name: server.name,
    fail: () => server.pause(),
    heal: async () => server.resume(),
    close: async () => {
      server.resume();
      await server.stop();
    },
  };
}

async function startBlackHole(): Promise<Victim> {
  const server = await startMemcached();
  const proxy = await SwallowingProxy.start(server.port);
  return {
    address: { host: '127.0.0.1', port: proxy.port },
    name: `127.0.0.1:${proxy.port}`,
    fail: async () => proxy.swallow(),
    heal: async () => proxy.release(),
    close: async () => {
      await proxy.close();
      await server.stop();
    },
  };
}

/** The ways to fail. */
export const FAULTS: readonly Fault[] = [
  { name: 'kill', start: startKilled },
  { name: 'hang', start: startHanging },
  { name: 'black-hole', start: startBlackHole },
];

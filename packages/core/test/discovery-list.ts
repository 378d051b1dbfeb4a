import { type ClientOptions, createClient, type Discovery, type MemcachedClient } from '@mc/core';
import { memoryTransport } from '@mc/transport-memory';
import { expect, onTestFinished } from 'vitest';
import { PATIENT } from '../../../test/patience.js';

/** What a look of a {@link scripted} discovery comes to: an answer of any kind, or a function that makes one. */
export type Look = unknown;

/** A discovery whose looks come to the next of these, then always to the last; functions are called. */
export interface ScriptedDiscovery extends Discovery {
  /** How often it was asked. */
  looks: number;
  /** What the looks come to from now on. */
  say(...looks: readonly Look[]): void;
}

export function scripted(looks: readonly Look[], intervalMs = 5): ScriptedDiscovery {
  let script = [...looks];
  return {
    name: 'scripted',
    intervalMs,
    looks: 0,
    say(...next) {
      script = [...next];
    },
    look(signal) {
      this.looks += 1;
      const next = script.length > 1 ? script.shift() : script[0];
      return (typeof next === 'function' ? next(signal) : Promise.resolve(next)) as ReturnType<
        Discovery['look']
      >;
    },
  };
}

/** A client on embedded servers that is closed behind the test. */
export function openOn(
  servers: ClientOptions['servers'],
  options: Partial<ClientOptions> = {},
): MemcachedClient {
  const client = createClient({ servers, transport: memoryTransport(), ...PATIENT, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Names of the client's servers, in the order of its list. */
export function namesOf(client: MemcachedClient): string[] {
  return client.servers().map(({ name }) => name);
}

/** Waits until the discovery was asked `more` times more, and the answers have been taken. */
export async function looked(discovery: ScriptedDiscovery, more = 2): Promise<void> {
  const target = discovery.looks + more;
  await expect.poll(() => discovery.looks, { interval: 2 }).toBeGreaterThanOrEqual(target);
}

/** Errors of the looks that fail from now on. */
export function failuresOf(client: MemcachedClient): unknown[] {
  const errors: unknown[] = [];
  client.on('discoveryFailed', ({ source, error }) => {
    expect(source).toBe('scripted');
    errors.push(error);
  });
  return errors;
}

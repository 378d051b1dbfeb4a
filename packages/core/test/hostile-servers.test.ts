import { type ClientOptions, type HashFunction, ketama, modula } from '@mc/core';
import { healthyScript, valueFor } from '@mc/testing';
import { OPERATION_ROWS, rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { openClient, outcome, startScripted } from './open-client.js';

/** What is no index of two servers. */
const ODD_NUMBERS: Readonly<Record<string, unknown>> = {
  NaN: Number.NaN,
  '-1': -1,
  '99': 99,
  '1.5': 1.5,
  undefined,
  null: null,
  text: 'x',
  Infinity: Number.POSITIVE_INFINITY,
};

const ASYNC_COMPRESSOR: Partial<ClientOptions> = {
  compressor: {
    name: 'later',
    id: 7,
    compress: async (data) => data.subarray(0, 1),
    decompress: async (data) => data,
  },
  minCompressLen: 1,
};

function routedTo(index: unknown): Partial<ClientOptions> {
  return { distribution: { defaultHash: () => 0, build: () => ({ serverFor: () => index as number }) } };
}

async function twoServers() {
  return Promise.all([startScripted(healthyScript), startScripted(healthyScript)]);
}

describe('a router that names no server', () => {
  for (const [name, index] of Object.entries(ODD_NUMBERS)) {
    for (const [how, packing] of Object.entries({ 'at once': {}, 'in a thread pool': ASYNC_COMPRESSOR })) {
      it(`but ${name}: every operation rejects, typed, and the client closes (packing ${how})`, async () => {
        const uncaught = watchUncaught();
        const servers = await twoServers();
        const addresses = servers.map(({ address }) => address);
        const client = openClient(addresses, { ...routedTo(index), ...packing });
        for (const { name: operation, call } of OPERATION_ROWS) {
          expect(await outcome(call(client, 'k')), operation).toBe('MC_CONFIGURATION');
        }
        const configuration = expect.objectContaining({ code: 'MC_CONFIGURATION' });
        expect(() => client.serverFor('k')).toThrow(configuration);
        await client.close();
        expect(servers.map(({ received }) => received)).toStrictEqual(['', '']);
        await someTurns();
        expect(uncaught).toStrictEqual([]);
      });
    }
  }

  it('but throws: every operation rejects, and the client closes', async () => {
    const uncaught = watchUncaught();
    const servers = await twoServers();
    const serverFor = (): never => {
      throw new Error('no ring');
    };
    const client = openClient(
      servers.map(({ address }) => address),
      { distribution: { defaultHash: () => 0, build: () => ({ serverFor }) }, ...ASYNC_COMPRESSOR },
    );
    for (const { name, call } of OPERATION_ROWS) await expect(call(client, 'k'), name).rejects.toThrow();
    await client.close();
    await someTurns();
    expect(uncaught).toStrictEqual([]);
  });
});

describe('a hash that is none', () => {
  for (const [name, value] of Object.entries(ODD_NUMBERS)) {
    for (const [ring, distribution] of Object.entries({ modula: modula(), ketama: ketama() })) {
      it(`but ${name}: ${ring} finds a server or the call rejects, typed`, async () => {
        const uncaught = watchUncaught();
        const servers = await twoServers();
        const hash = (() => value) as unknown as HashFunction;
        const client = openClient(
          servers.map(({ address }) => address),
          { distribution, hash },
        );
        const results = await Promise.all([
          outcome(client.get('k')),
          outcome(client.set('k', 'v')),
          outcome(client.getMulti(['k'])),
        ]);
        const right = [valueFor('k'), true, new Map([['k', valueFor('k')]])];
        const refused = results[0] === 'MC_CONFIGURATION';
        expect(results).toStrictEqual(refused ? right.map(() => 'MC_CONFIGURATION') : right);
        await client.close();
        await someTurns();
        expect(uncaught).toStrictEqual([]);
      });
    }
  }

  it('but has a sign works with modula, as the same bits without one do', async () => {
    const servers = await twoServers();
    const addresses = servers.map(({ address }) => address);
    const signed = openClient(addresses, { distribution: modula(), hash: (key) => -key.length });
    const unsigned = openClient(addresses, { distribution: modula(), hash: (key) => -key.length >>> 0 });
    for (const key of ['a', 'bb', 'ccc', 'dddd']) {
      expect(signed.serverFor(key).name).toBe(unsigned.serverFor(key).name);
      expect(await signed.get(key)).toBe(valueFor(key));
    }
    expect(await signed.getMulti(['a', 'bb'])).toStrictEqual(
      new Map(['a', 'bb'].map((key) => [key, valueFor(key)])),
    );
  });
});

describe('stats with words that would break the connection', () => {
  it('cost nothing, however often they are asked for', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address, { failureLimit: 1 });
    const events: string[] = [];
    for (const event of ['down', 'desync', 'disconnect'] as const) client.on(event, () => events.push(event));
    for (let time = 0; time < 3; time += 1) {
      const [stats, value] = await Promise.all([
        rejection(client.stats('cachedump 1 10'), 'MC_INVALID_ARGUMENT'),
        client.get('k'),
      ]);
      expect([stats.written, value]).toStrictEqual(['no', valueFor('k')]);
    }
    expect([events, server.connections.length]).toStrictEqual([[], 1]);
  });
});

import { createClient, type PylibmcBehaviors, pylibmcBehaviors, type Transport } from '@mc/core';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { expectsPylibmc } from './pylibmc-python.js';
import { pythonForm } from './python-form.js';
import { type PythonPeer, startPeer } from './python-peer.js';
import { DISTRIBUTIONS, HASHES, makeKeys, makeSetUp, type RoutingSetUp } from './routing-set-ups.js';

const SET_UPS = 240;
const KEYS = 200;
const MAPPINGS = ['client', 'clone'] as const;
type Mapping = (typeof MAPPINGS)[number];

const LISTS: ReadonlyArray<readonly string[]> = [
  ['zeta', '10.0.0.2:11212', '10.0.0.1'],
  ['10.0.0.3:11211:3', '10.0.0.2:11212:1', '10.0.0.1:11211:1', '[::1]:11211:2'],
];
/** Each keeps, drops or rebuilds the ring of a client in its own way. */
const CHANGES: ReadonlyArray<readonly PylibmcBehaviors[]> = [
  [{ hash: 'md5' }],
  [{ hash: 'md5', _sort_hosts: true }],
  [{ hash: 'md5' }, { _sort_hosts: false }],
  [{ hash: 'md5', ketama: true }],
  [{ hash: 'md5', ketama: false }],
  [{ ketama: false }, { hash: 'crc' }, { distribution: 'consistent ketama spy' }],
  [{ ketama_weighted: true }, { distribution: 'consistent ketama spy' }, { hash: 'jenkins' }],
  [{ ketama_weighted: true }, { ketama_weighted: false }],
  [{ _sort_hosts: true }, { _sort_hosts: false }],
];

const unreachable: Transport = {
  connect: () => {
    throw new Error('no connection is needed to tell the server of a key');
  },
};

/** The numbers of the keys' servers, by pylibmc: from the client and from a clone of it. */
async function askPylibmc(
  peer: PythonPeer,
  { servers, behaviors, later }: RoutingSetUp,
  keys: ReadonlyArray<string | Uint8Array>,
): Promise<Record<Mapping, number[]>> {
  const described = keys.map((key) => pythonForm(key));
  const client = await peer.ask<number>('connect', { servers, behaviors });
  for (const changed of later) await peer.ask('configure', { client, behaviors: changed });
  const clone = await peer.ask<number>('clone', { client });
  const indexes = (number: number) => peer.ask<number[]>('indexes', { client: number, keys: described });
  return { client: await indexes(client), clone: await indexes(clone) };
}

/** The same by this client. */
function askOurs(
  { servers, behaviors, later }: RoutingSetUp,
  keys: ReadonlyArray<string | Uint8Array>,
  mapping: Mapping,
): number[] {
  const options = pylibmcBehaviors(behaviors, { mapping, later });
  const client = createClient({ servers, transport: unreachable, ...options });
  const numbers = new Map(client.servers().map(({ name }, index) => [name, index]));
  return keys.map((key) => numbers.get(client.serverFor(key).name) ?? -1);
}

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((index, at) => index === others[at]);
}

if (expectsPylibmc()) {
  describe('the servers of keys, by pylibmc and by this client', () => {
    it(`are the same for ${SET_UPS} set-ups of chance, ${KEYS} keys each`, async () => {
      await using peer = startPeer();
      const seed = testSeed();
      console.info(`routing set-ups: MC_SEED=${seed}`);
      const random = randomFrom(seed);
      const differences: string[] = [];
      let compared = 0;
      let splitClones = 0;
      for (let number = 0; number < SET_UPS; number += 1) {
        const setUp = makeSetUp(random);
        const keys = makeKeys(random, KEYS);
        const expected = await askPylibmc(peer, setUp, keys);
        for (const mapping of MAPPINGS) {
          const ours = askOurs(setUp, keys, mapping);
          compared += ours.length;
          if (!isSame(ours, expected[mapping])) differences.push(`${mapping}: ${JSON.stringify(setUp)}`);
        }
        if (!isSame(expected.client, expected.clone)) splitClones += 1;
      }
      expect(differences).toEqual([]);
      expect(compared).toBe(2 * SET_UPS * KEYS);
      // The set-ups are none of the easy ones only.
      expect(splitClones).toBeGreaterThan(SET_UPS / 40);
    }, 120_000);

    const all: RoutingSetUp[] = LISTS.flatMap((servers) => [
      ...HASHES.flatMap((hash) =>
        DISTRIBUTIONS.map((distribution) => ({ servers, behaviors: { hash, distribution }, later: [] })),
      ),
      ...CHANGES.map((later) => ({ servers, behaviors: { ketama: true }, later })),
    ]);
    it('are the same for each hash with each distribution, and for what is set later', async () => {
      await using peer = startPeer();
      const keys = makeKeys(randomFrom(testSeed()), KEYS);
      for (const setUp of all) {
        const { client, clone } = await askPylibmc(peer, setUp, keys);
        const label = JSON.stringify(setUp);
        expect(askOurs(setUp, keys, 'client'), label).toEqual(client);
        expect(askOurs(setUp, keys, 'clone'), label).toEqual(clone);
      }
    }, 60_000);
  });
}

import { type Distribution, ketama, type MemcachedClient, rendezvous } from '@mc/core';
import { type Random, randomFrom, testSeed } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { openClient } from './open-client.js';

const SEED = testSeed();
const KEYS = Array.from({ length: 5000 }, (_, at) => `user:${at * 7919}:profile`);
/** A ring's share of one server differs by a tenth and more; that of several fleets together does not. */
const FLEETS = 12;

function randomServers(random: Random, count: number) {
  return Array.from({ length: count }, (_, at) => ({
    host: `10.${random.integer(256)}.${random.integer(256)}.${at}`,
    port: 11_211 + random.integer(2),
  }));
}

const placement = (client: MemcachedClient): string[] => KEYS.map((key) => client.serverFor(key).name);

/** The share of the keys that moved; each must have come from, or gone to, the server that the list differs by. */
function movedShare(less: readonly string[], more: readonly string[], different: string): number {
  const moved = KEYS.map((_, at) => at).filter((at) => less[at] !== more[at]);
  for (const at of moved) expect(more[at]).toBe(different);
  expect(less).not.toContain(different);
  return moved.length / KEYS.length;
}

describe(`only keys that must move do (MC_SEED=${SEED})`, () => {
  const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
    ketama: ketama(),
    'ketama, unweighted': ketama({ weighted: false }),
    rendezvous: rendezvous(),
  };

  for (const [name, distribution] of Object.entries(DISTRIBUTIONS)) {
    it(`${name}: from three servers to four, and from four to three`, async () => {
      const random = randomFrom(SEED);
      const shares = { added: 0, removed: 0 };
      for (let fleet = 0; fleet < FLEETS; fleet += 1) {
        const servers = randomServers(random, 4);
        const added = servers[3] as (typeof servers)[number];
        const client = openClient(servers.slice(0, 3), { transport: memoryTransport(), distribution });
        const three = placement(client);
        await client.addServer(added);
        const four = placement(client);
        shares.added += movedShare(three, four, `${added.host}:${added.port}`);

        const gone = random.pick(servers);
        const goneName = `${gone.host}:${gone.port}`;
        await client.removeServer(goneName);
        shares.removed += movedShare(placement(client), four, goneName);
        // The order of a list is nothing to a ring.
        await client.setServers(servers.toReversed());
        expect(placement(client)).toStrictEqual(four);
        await client.setServers(servers.slice(0, 3));
        expect(placement(client)).toStrictEqual(three);
      }
      expect(shares.added / FLEETS).toBeLessThanOrEqual(1.2 / 4);
      expect(shares.removed / FLEETS).toBeLessThanOrEqual(1.2 / 4);
    });
  }

  it('and the client finds there what it stored, on the servers that stay', async () => {
    const servers = randomServers(randomFrom(SEED), 4);
    const client = openClient(servers.slice(0, 3), { transport: memoryTransport(), timeoutMs: 20_000 });
    const keys = KEYS.slice(0, 1000);
    await client.setMulti(keys.map((key) => [key, key] as const));
    const before = new Map(keys.map((key) => [key, client.serverFor(key).name]));
    await client.setServers(servers);
    const found = await client.getMulti(keys);
    const stayed = keys.filter((key) => client.serverFor(key).name === before.get(key));
    expect(found).toStrictEqual(new Map(stayed.map((key) => [key, key])));
    expect(stayed.length).toBeGreaterThan(600);
    await client.setServers(servers.slice(0, 3));
    expect((await client.getMulti(keys)).size).toBe(1000);
  });
});

import { type Distribution, modula } from '@mc/core';
import { describe, expect, it } from 'vitest';
import { failuresOf, looked, namesOf, openOn, scripted } from './discovery-list.js';

const ONE = ['one:1', 'two:1', 'three:1'];

describe('an answer that is rubbish', () => {
  const throws = () => {
    throw new Error('at once');
  };
  const rubbish: readonly (readonly [what: string, answer: unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'one:1'],
    ['a list without its object', ONE],
    ['no list', { servers: 'one:1' }],
    ['an empty list', { servers: [] }],
    ['a server that is no text', { servers: [7] }],
    ['a server that cannot be read', { servers: ['one:1', 'two:one'] }],
    ['a port that there is not', { servers: ['one:70000'] }],
    ['a weight of 0', { servers: [{ host: 'one', weight: 0 }] }],
    ['a server twice', { servers: ['one:1', 'one:1'] }],
    ['a version that is a text', { servers: ['four:1'], version: '9' }],
    ['a version with a fraction', { servers: ['four:1'], version: 9.5 }],
    ['a version that is not exact', { servers: ['four:1'], version: 2 ** 53 }],
    ['a version that is null', { servers: ['four:1'], version: null }],
    [
      'an answer that throws when it is read',
      {
        get servers() {
          return throws();
        },
      },
    ],
    ['a rejection', () => Promise.reject(new Error('no'))],
    ['a rejection with nothing', () => Promise.reject(undefined)],
    ['an error that is thrown', throws],
    ['no promise', () => ({ servers: 'one:1' })],
  ];

  it.each(rubbish)('keeps the last good list, and is told: %s', async (_what, answer) => {
    const discovery = scripted([{ servers: ONE, version: 5 }]);
    const client = openOn(discovery);
    const errors = failuresOf(client);
    await client.set('k', 'v');
    const changes: unknown[] = [];
    client.on('servers', (change) => changes.push(change));
    discovery.say(answer);
    await looked(discovery, 3);
    expect(errors.length).toBeGreaterThan(1);
    expect(namesOf(client)).toStrictEqual(ONE);
    expect(await client.get('k')).toBe('v');
    discovery.say({ servers: [...ONE, 'four:1'], version: 6 });
    await expect.poll(() => namesOf(client)).toStrictEqual([...ONE, 'four:1']);
    expect(changes).toStrictEqual([{ added: ['four:1'], removed: [] }]);
  });

  it('counts as rubbish where the distribution cannot work with it', async () => {
    const picky: Distribution = {
      ...modula(),
      build: (servers, hash) => {
        if (servers.length === 2) throw new Error('not two');
        return modula().build(servers, hash);
      },
    };
    const discovery = scripted([{ servers: ONE, version: 1 }]);
    const client = openOn(discovery, { distribution: picky });
    const errors = failuresOf(client);
    await client.get('k');
    discovery.say({ servers: ONE.slice(1), version: 9 });
    await looked(discovery, 3);
    expect(namesOf(client)).toStrictEqual(ONE);
    expect(errors.length).toBeGreaterThan(0);
    // Its version does not count either.
    discovery.say({ servers: ONE.slice(2), version: 2 });
    await expect.poll(() => namesOf(client)).toStrictEqual(ONE.slice(2));
  });
});

describe('versions', () => {
  it('older than the last are ignored, whatever their kind', async () => {
    const discovery = scripted([{ servers: ['five:1'], version: 5 }]);
    const client = openOn(discovery);
    const errors = failuresOf(client);
    await client.get('k');
    for (const version of [4, 4n, 0, -1n]) {
      discovery.say({ servers: ['old:1'], version });
      await looked(discovery, 3);
      expect(namesOf(client)).toStrictEqual(['five:1']);
    }
    // 2^64 - 1 and one less differ, though as numbers they would not.
    discovery.say({ servers: ['big:1'], version: 18_446_744_073_709_551_615n });
    await expect.poll(() => namesOf(client)).toStrictEqual(['big:1']);
    discovery.say({ servers: ['less:1'], version: 18_446_744_073_709_551_614n });
    await looked(discovery, 3);
    expect(namesOf(client)).toStrictEqual(['big:1']);
    const messages = errors.map((error) => (error as Error).message);
    expect(errors).toStrictEqual(Array(4).fill(expect.objectContaining({ code: 'MC_CONFIGURATION' })));
    expect(messages[0]).toContain('version 4 of the list is ignored: the last one was 5');
    expect(messages.at(-1)).toContain('version 18446744073709551614 of');
  });

  it('that are older are told of once each, also where they come by turns: a source may count anew', async () => {
    const discovery = scripted([{ servers: ['nine:1'], version: 9 }]);
    const client = openOn(discovery);
    const errors = failuresOf(client);
    await client.get('k');
    const anew = [1, 2, 1, 9, 2].map((version) => ({
      servers: [version === 9 ? 'nine:1' : 'new:1'],
      version,
    }));
    discovery.say(...anew);
    await looked(discovery, 8);
    const versions = errors.map((error) => /version (\d+)/.exec((error as Error).message)?.[1]);
    expect(versions).toStrictEqual(['1', '2']);
    expect(namesOf(client)).toStrictEqual(['nine:1']);
    discovery.say({ servers: ['ten:1'], version: 10 });
    await expect.poll(() => namesOf(client)).toStrictEqual(['ten:1']);
    discovery.say({ servers: ['new:1'], version: 2 });
    await expect.poll(() => errors.length).toBe(3);
  });

  it('that are equal, or absent, are taken', async () => {
    const discovery = scripted([{ servers: ['five:1'], version: 5 }]);
    const client = openOn(discovery);
    await client.get('k');
    for (const [name, version] of [
      ['same:1', 5n],
      ['none:1', undefined],
      ['again:1', 5],
    ] as const) {
      discovery.say({ servers: [name], ...(version === undefined ? {} : { version }) });
      await expect.poll(() => namesOf(client)).toStrictEqual([name]);
    }
    // One without a version has not made the client forget the last.
    discovery.say({ servers: ['old:1'], version: 4 });
    await looked(discovery, 3);
    expect(namesOf(client)).toStrictEqual(['again:1']);
  });
});

import {
  type ClientSource,
  type ClientSourceOptions,
  clientSourceOptions,
  createClient,
  type Discovery,
  type MemcachedClient,
  openClientSource,
} from '@mc/memcached';
import { expectsMemcached, type FaultyTransport, faultyTransport, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { PATIENT } from '../../../test/patience.js';

const OWNER = 'theAdapter';
const WRONG = expect.objectContaining({ code: 'MC_CONFIGURATION' });
const DISCOVERY: Discovery = {
  name: 'fixed',
  intervalMs: 1000,
  look: async () => ({ servers: ['found:11211'] }),
};
/** What is no source at all. */
const RUBBISH: readonly unknown[] = [null, 7, Number.NaN, 1n, true, Symbol('s'), () => ({}), class {}];

interface Seen {
  readonly transport: FaultyTransport;
  readonly client: MemcachedClient;
}

const open = new Set<MemcachedClient>();
afterEach(async () => {
  for (const client of open) await client.close();
  open.clear();
});

function closedWithTest<C extends MemcachedClient>(client: C): C {
  open.add(client);
  return client;
}

function clientOnMemory(): Seen {
  const transport = faultyTransport(memoryTransport());
  return { transport, client: closedWithTest(createClient({ transport, codec: markedCodec() })) };
}

/** A codec of the client's own, by which its views can be told. */
function markedCodec(): NonNullable<ClientSourceOptions['codec']> {
  return {
    name: 'marked',
    id: 7,
    encode: (value) => `marked${JSON.stringify(value)}`,
    decode: () => 'marked',
  };
}

/** A client as tracing libraries wrap one: it answers to every name that is asked for. */
function proxyOf(client: MemcachedClient): MemcachedClient {
  return new Proxy(client, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
    has: () => true,
  });
}

/** A double with no more than what is needed, on its prototype. */
function doubleOf(client: MemcachedClient): MemcachedClient {
  class Double {
    getMulti(keys: Iterable<string> & object): Promise<Map<string, unknown>> {
      return client.getMulti(keys);
    }

    with(): MemcachedClient {
      return client.with({});
    }
  }
  return new Double() as unknown as MemcachedClient;
}

function formsOf(client: MemcachedClient): Array<[form: string, client: MemcachedClient]> {
  return [
    ['a client', client],
    ['a view', client.with({ timeoutMs: 400 })],
    ['a proxy', proxyOf(client)],
    ['a double', doubleOf(client)],
  ];
}

describe('clientSourceOptions', () => {
  it('makes options of a server, a list, a discovery, and of nothing', () => {
    const list = ['one', { host: 'two', weight: 2 }];
    const rows: Array<[ClientSource | undefined, ClientSourceOptions]> = [
      [undefined, {}],
      ['one:11212', { servers: 'one:11212' }],
      ['', { servers: '' }],
      [list, { servers: list }],
      [[], { servers: [] }],
      [{ host: 'one' }, { servers: { host: 'one' } }],
      [{ path: '/run/mc.sock' }, { servers: { path: '/run/mc.sock' } }],
      [DISCOVERY, { servers: DISCOVERY }],
    ];
    for (const [source, options] of rows) expect(clientSourceOptions(source, OWNER)).toStrictEqual(options);
  });

  it('leaves options as they are, those of an adapter too', () => {
    type Own = ClientSourceOptions & { readonly ttl?: number };
    const options: Own = { servers: 'one', onServerFailure: 'miss', ttl: 7 };
    expect(clientSourceOptions<Own>(options, OWNER)).toBe(options);
    const { ttl = 60 } = clientSourceOptions<Own>('one', OWNER);
    expect(ttl).toBe(60);
    const empty = {};
    expect(clientSourceOptions(empty, OWNER)).toBe(empty);
  });

  it('knows a client, whoever made it', () => {
    const { client } = clientOnMemory();
    for (const [form, source] of formsOf(client)) {
      expect(clientSourceOptions(source, OWNER).client === source, form).toBe(true);
    }
  });

  it('refuses all else in the name of the adapter', () => {
    for (const source of RUBBISH) {
      for (const refuse of [clientSourceOptions, openClientSource]) {
        const call = () => refuse(source as never, OWNER);
        expect(call, String(source)).toThrow(WRONG);
        expect(call).toThrow('theAdapter takes a server, a list of servers, a client, or options');
      }
    }
  });
});

describe('openClientSource', () => {
  it('makes a client of a server, a list, options, and of nothing', () => {
    const namesOf = (source: ClientSource | undefined) =>
      closedWithTest(openClientSource(source, OWNER))
        .servers()
        .map(({ name }) => name);
    expect(namesOf(undefined)).toStrictEqual(['localhost:11211']);
    expect(namesOf({})).toStrictEqual(['localhost:11211']);
    expect(namesOf({ client: undefined } as never)).toStrictEqual(['localhost:11211']);
    expect(namesOf('one')).toStrictEqual(['one:11211']);
    expect(namesOf(['one', 'two:11212'])).toStrictEqual(['one:11211', 'two:11212']);
    expect(namesOf({ host: '::1' })).toStrictEqual(['[::1]:11211']);
    expect(namesOf({ path: '/run/mc.sock' })).toStrictEqual(['/run/mc.sock']);
    expect(namesOf({ servers: 'one' })).toStrictEqual(['one:11211']);
  });

  it('asks a discovery', async () => {
    const client = openClientSource({ servers: DISCOVERY, transport: memoryTransport() }, OWNER);
    await using used = closedWithTest(client);
    expect([...(await used.version()).keys()]).toStrictEqual(['found:11211']);
    expect(() => closedWithTest(openClientSource(DISCOVERY, OWNER))).not.toThrow();
  });

  it('closes the client that it made', async () => {
    const transport = faultyTransport(memoryTransport());
    const client = openClientSource({ transport }, OWNER);
    expect(await client.set('k', 'v')).toBe(true);
    expect(transport.openLinks).toBe(1);
    await client.close();
    expect(transport.openLinks).toBe(0);
    await expect(client.get('k')).rejects.toThrow(expect.objectContaining({ code: 'MC_CLOSED' }));
    await client.close();
  });

  it('makes a client that tells a miss from a server that is not there', async () => {
    for (const policy of [undefined, 'throw', 'miss'] as const) {
      const transport = faultyTransport(memoryTransport());
      transport.refuse();
      const options = { transport, ...(policy !== undefined && { onServerFailure: policy }) };
      const client = closedWithTest(openClientSource(options, OWNER));
      const refused = expect.objectContaining({ code: 'MC_CONNECT_FAILED' });
      await expect(client.get('k'), policy).rejects.toThrow(refused);
    }
  });

  it('tells it of a client that is already there, whatever that one hides', async () => {
    const transport = faultyTransport(memoryTransport());
    transport.refuse();
    const client = closedWithTest(createClient({ transport, onServerFailure: 'miss' }));
    const view = openClientSource(client, OWNER);
    const refused = expect.objectContaining({
      code: expect.stringMatching(/^MC_CONNECT_FAILED$|^MC_SERVER_DOWN$/),
    });
    await expect(view.get('k')).rejects.toThrow(refused);
    await expect(view.set('k', 1)).rejects.toThrow(refused);
    expect(await client.get('k')).toBeUndefined();
    expect(await client.set('k', 1)).toBe(false);
  });

  it('views a client that is already there, and closes only the view', async () => {
    const { client, transport } = clientOnMemory();
    for (const [form, given] of formsOf(client)) {
      for (const source of [given, { client: given }, { client: given, onServerFailure: 'miss' } as const]) {
        const view = openClientSource(source, OWNER);
        expect(view === given || view === client, form).toBe(false);
        expect(await view.set('k', { form })).toBe(true);
        expect(await client.get('k'), form).toBe('marked');
        await view.close();
        await expect(view.get('k'), form).rejects.toThrow(expect.objectContaining({ code: 'MC_CLOSED' }));
        expect(await given.getMulti(['k']), form).toStrictEqual(new Map([['k', 'marked']]));
      }
    }
    expect(transport.openLinks).toBe(1);
  });

  it('takes either a client or the options of one, and names the option', () => {
    const { client } = clientOnMemory();
    const refused = (options: object) => () => openClientSource({ client, ...options }, OWNER);
    for (const name of ['servers', 'transport', 'keyPrefix', 'codec', 'timeoutMs', 'whatever']) {
      expect(refused({ [name]: 'x' }), name).toThrow(WRONG);
      expect(refused({ [name]: 'x' })).toThrow(`client excludes the option ${name}`);
    }
    expect(refused({ keyPrefix: '', mergeGets: false })).toThrow('client excludes the option keyPrefix');
    expect(refused({ servers: undefined, keyPrefix: undefined })).not.toThrow();
  });

  it('takes either, and the compiler too', () => {
    const { client } = clientOnMemory();
    // @ts-expect-error: a client that is there has its servers
    expect(() => openClientSource({ client, servers: 'localhost' }, OWNER)).toThrow(WRONG);
    // @ts-expect-error: and all its other options
    expect(() => openClientSource({ client, onServerFailure: 'miss', timeoutMs: 5 }, OWNER)).toThrow(WRONG);
    expect(() => openClientSource({ client, onServerFailure: 'miss' }, OWNER)).not.toThrow();
  });

  it('refuses what is no client where one is asked for', () => {
    const half = { getMulti: async () => new Map() };
    for (const client of [...RUBBISH, '', 'localhost', [], {}, half, new Map()]) {
      const call = () => openClientSource({ client } as never, OWNER);
      expect(call, String(client)).toThrow(WRONG);
      expect(call).toThrow('client must be a client of @mc/memcached or @mc/core');
    }
  });

  it('refuses options that are wrong', () => {
    const { client } = clientOnMemory();
    for (const onServerFailure of [null, 'ignore', '', 0, true]) {
      for (const more of [{}, { client }]) {
        const call = () => openClientSource({ onServerFailure, ...more } as never, OWNER);
        expect(call, String(onServerFailure)).toThrow(WRONG);
        expect(call).toThrow("onServerFailure must be 'throw' or 'miss'");
      }
    }
    for (const source of [
      { server: 'one' },
      { servers: null },
      { servers: 'one:0' },
      'one:0',
      [],
      [null],
      '',
    ]) {
      expect(() => openClientSource(source as never, OWNER), JSON.stringify(source)).toThrow(WRONG);
    }
  });
});

describe('createClient', () => {
  it('takes no client for options: it would be one of localhost', () => {
    const { client } = clientOnMemory();
    for (const [form, source] of formsOf(client)) {
      expect(() => createClient(source as never), form).toThrow(WRONG);
    }
    for (const source of RUBBISH) {
      expect(() => createClient(source as never), String(source)).toThrow(
        'createClient takes a server, a list of servers, or an object of options',
      );
    }
  });
});

if (expectsMemcached()) {
  describe('openClientSource on a real memcached', () => {
    it('opens and closes what is its own, and leaves open what is not', async () => {
      await using server = await startMemcached();
      await using client = createClient({ servers: server.name, ...PATIENT });
      const connections = async () =>
        Number([...(await client.stats()).values()][0]?.get('curr_connections'));
      const before = await connections();
      const own = openClientSource({ servers: server.name, ...PATIENT }, OWNER);
      const view = openClientSource(client, OWNER);
      expect(await own.set('k', { a: 1 })).toBe(true);
      expect(await view.get('k')).toStrictEqual({ a: 1 });
      expect(await connections()).toBe(before + 1);
      await view.close();
      await own.close();
      await expect.poll(connections).toBe(before);
    });
  });
}

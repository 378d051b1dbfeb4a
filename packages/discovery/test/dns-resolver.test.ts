import type { AbortSignalLike, DiscoveredServers, ErrorCode } from '@mc/core';
import { type DnsDiscoveryOptions, type DnsResolver, type DnsSrvRecord, dnsDiscovery } from '@mc/discovery';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';

const NAME = 'cache.example.com';

/** A resolver that gives these answers, whatever is asked. */
function resolver(answers: { a?: unknown; aaaa?: unknown; srv?: unknown }): DnsResolver {
  const give = async (answer: unknown): Promise<never> => {
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
  return {
    resolve4: () => give(answers.a),
    resolve6: () => give(answers.aaaa),
    resolveSrv: () => give(answers.srv),
  };
}

function dnsError(code: string): Error {
  return Object.assign(new Error(`query ${code}`), { code });
}

function record(name: string, port: number, priority: number, weight: number): DnsSrvRecord {
  return { name, port, priority, weight };
}

async function srvOf(records: readonly unknown[]): Promise<DiscoveredServers> {
  return dnsDiscovery(NAME, { record: 'SRV', resolver: resolver({ srv: records }) }).look();
}

describe('an answer that no name server could give', () => {
  const found = (
    answers: { a?: unknown; aaaa?: unknown; srv?: unknown },
    recordType: DnsDiscoveryOptions['record'],
  ) => dnsDiscovery(NAME, { record: recordType, resolver: resolver(answers) } as DnsDiscoveryOptions).look();
  const many = (count: number) => Array.from({ length: count }, (_, at) => record(`s${at}`, 1, 0, 1));
  const addresses = (count: number) =>
    Array.from({ length: count }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);

  it.each([
    ['a hole before an address', { a: Object.assign([], { 1: '1.2.3.4' }) }, 'A'],
    ['nothing but holes', { a: new Array(3) }, 'A'],
    ['a hole before an address of IPv6', { aaaa: Object.assign([], { 1: '::1' }) }, 'AAAA'],
    ['a hole in one of two', { a: ['1.2.3.4'], aaaa: Object.assign([], { 1: '::1' }) }, 'A+AAAA'],
    ['a hole before a record', { srv: Object.assign([], { 1: record('s', 1, 0, 1) }) }, 'SRV'],
    ['200,000 records', { srv: many(200_000) }, 'SRV'],
    ['one record too many', { srv: many(4097) }, 'SRV'],
    ['200,000 addresses', { a: addresses(200_000) }, 'A'],
    [
      'too many addresses in all',
      { a: addresses(4000), aaaa: ['::1', ...new Array(4097).fill('::2')] },
      'A+AAAA',
    ],
  ] as const)('is a typed error: %s', async (_what, answers, recordType) => {
    await rejection(found(answers, recordType), 'MC_PROTOCOL');
  });

  it('is not one of as many records as a message can hold', async () => {
    expect((await found({ srv: many(4096) }, 'SRV')).servers.length).toBe(4096);
    expect((await found({ a: addresses(4096) }, 'A')).servers.length).toBe(4096);
  });
});

describe('dnsDiscovery with a resolver that is given', () => {
  it('sorts, whatever the order of the answer', async () => {
    const orders = [
      ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      ['10.0.0.3', '10.0.0.1', '10.0.0.2'],
    ];
    const lists = await Promise.all(
      orders.map((order) => dnsDiscovery(NAME, { resolver: resolver({ a: order }) }).look()),
    );
    expect(lists[0]).toStrictEqual(lists[1]);
  });

  it('keeps the proportions of weights, and takes 0 for 1', async () => {
    const weights = async (...given: number[]) =>
      (await srvOf(given.map((weight, at) => record(`s${at}`, 1, 0, weight)))).servers.map(
        (server) => (server as { weight: number }).weight,
      );
    expect(await weights(33, 33, 33)).toStrictEqual([1, 1, 1]);
    expect(await weights(0, 0)).toStrictEqual([1, 1]);
    expect(await weights(10, 0)).toStrictEqual([10, 1]);
    expect(await weights(20, 50, 30)).toStrictEqual([2, 5, 3]);
    expect(await weights(65_535, 1)).toStrictEqual([65_535, 1]);
  });

  it('takes a server that is named twice for one, in either order', async () => {
    const twice = [record('one.', 1, 0, 3), record('ONE', 1, 0, 9), record('two', 1, 0, 3)];
    const expected = {
      servers: [
        { host: 'one', port: 1, weight: 3 },
        { host: 'two', port: 1, weight: 1 },
      ],
    };
    expect(await srvOf(twice)).toStrictEqual(expected);
    expect(await srvOf(twice.reverse())).toStrictEqual(expected);
  });

  const rubbish: readonly unknown[] = [
    ...['10.0.0', 'cache.example.com', '', '10.0.0.1:11211', '::1', ' 10.0.0.1', null, undefined, 7, {}],
  ];
  it.each(rubbish)('refuses %j for an IPv4 address', async (address) => {
    const discovery = dnsDiscovery(NAME, { resolver: resolver({ a: ['10.0.0.1', address] }) });
    await rejection(discovery.look(), 'MC_PROTOCOL');
  });

  it.each(['10.0.0.1', 'fe80::1%eth0', '[::1]', null])('refuses %j for an IPv6 address', async (address) => {
    const discovery = dnsDiscovery(NAME, { record: 'AAAA', resolver: resolver({ aaaa: [address] }) });
    await rejection(discovery.look(), 'MC_PROTOCOL');
  });

  it.each<unknown>([
    null,
    {},
    'one',
    record('', 1, 0, 0),
    record('.', 1, 0, 0),
    record('a b', 1, 0, 0),
    record('one', 0, 0, 0),
    record('one', 65_536, 0, 0),
    record('one', 1, -1, 0),
    record('one', 1, 0, 65_536),
    record('one', 1, 0, 1.5),
    { ...record('one', 1, 0, 0), weight: '1' },
  ])('refuses %j for an SRV record', async (value) => {
    await rejection(srvOf([record('fine', 1, 0, 0), value]), 'MC_PROTOCOL');
  });

  it.each<[unknown, ErrorCode]>([
    [null, 'MC_PROTOCOL'],
    ['10.0.0.1', 'MC_PROTOCOL'],
    [{ length: 1 }, 'MC_PROTOCOL'],
    [dnsError('ETIMEOUT'), 'MC_TIMEOUT'],
    [dnsError('ECONNREFUSED'), 'MC_CONNECT_FAILED'],
    [dnsError('ENODATA'), 'MC_CONNECT_FAILED'],
    [new Error('no code'), 'MC_CONNECT_FAILED'],
  ])('fails where the answer is %s: %s', async (answer, code) => {
    await rejection(dnsDiscovery(NAME, { resolver: resolver({ a: answer }) }).look(), code);
  });

  it('fails where it throws, and in time where it never answers', async () => {
    const never = new Promise<never>(() => {});
    const hung = { ...resolver({}), resolve4: () => never };
    await rejection(dnsDiscovery(NAME, { resolver: hung, timeoutMs: 20 }).look(), 'MC_TIMEOUT');
    const thrower = {
      ...resolver({}),
      resolve4: (): never => {
        throw new Error('at once');
      },
    };
    const error = await rejection(dnsDiscovery(NAME, { resolver: thrower }).look(), 'MC_CONNECT_FAILED');
    expect(error.cause).toStrictEqual(new Error('at once'));
  });

  it('leaves nothing behind on the signal', async () => {
    const listeners = new Set<() => void>();
    const signal: AbortSignalLike = {
      aborted: false,
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    };
    await dnsDiscovery(NAME, { resolver: resolver({ a: ['10.0.0.1'] }) }).look(signal);
    expect(listeners.size).toBe(0);
  });
});

describe('what dnsDiscovery is given', () => {
  it.each<[unknown, unknown]>([
    ['', {}],
    [7, {}],
    [undefined, {}],
    ['10.0.0.1', {}],
    ['::1', {}],
    ['cache.example.com:11211', {}],
    ['two names', {}],
    [NAME, null],
    [NAME, 'SRV'],
    [NAME, ['SRV']],
    [NAME, { records: 'SRV' }],
    [NAME, { record: 'CNAME' }],
    [NAME, { port: 70_000 }],
    [NAME, { port: '11211' }],
    [NAME, { record: 'SRV', port: 11211 }],
    [NAME, { intervalMs: 0 }],
    [NAME, { intervalMs: Number.NaN }],
    [NAME, { intervalMs: 2 ** 31 }],
    [NAME, { timeoutMs: 0 }],
    [NAME, { timeoutMs: 10_001 }],
    [NAME, { timeoutMs: '5' }],
    [NAME, { nameServers: [] }],
    [NAME, { nameServers: ['dns.example.com'] }],
    [NAME, { nameServers: '10.0.0.1' }],
    [NAME, { resolver: {} }],
    [NAME, { resolver: null }],
    [NAME, { resolver: resolver({}), nameServers: ['10.0.0.1'] }],
  ])('is refused at once: %j %j', (name, options) => {
    expect(() => dnsDiscovery(name as string, options as DnsDiscoveryOptions)).toThrowError(
      expect.objectContaining({ code: 'MC_CONFIGURATION' }),
    );
  });

  it('shows in its name and its interval', () => {
    expect(dnsDiscovery(NAME)).toMatchObject({ name: `DNS A ${NAME}`, intervalMs: 30_000 });
    expect(dnsDiscovery(NAME, { record: 'SRV', intervalMs: 5 })).toMatchObject({
      name: `DNS SRV _memcached._tcp.${NAME}`,
      intervalMs: 5,
    });
  });
});

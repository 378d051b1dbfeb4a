import type { DiscoveredServers, ErrorCode } from '@mc/core';
import { type DnsDiscoveryOptions, dnsDiscovery } from '@mc/discovery';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { a, aaaa, type DnsReply, type DnsServer, srv, startDns } from './dns-server.js';

const NAME = 'cache.example.com';
/** The longest that there is: the name server of the tests is in this process, which may have to wait for its turn. */
const TIMEOUT_MS = 10_000;

async function lookAt(dns: DnsServer, options: DnsDiscoveryOptions = {}): Promise<DiscoveredServers> {
  return dnsDiscovery(NAME, { nameServers: [dns.address], timeoutMs: TIMEOUT_MS, ...options }).look();
}

describe('dnsDiscovery with a name server', () => {
  it('takes each A record for a server, sorted and once each', async () => {
    const dns = await startDns(({ type }) =>
      type === 1 ? [a('10.0.0.9'), a('10.0.0.10'), a('10.0.0.1'), a('10.0.0.9')] : 'refused',
    );
    expect(await lookAt(dns)).toStrictEqual({
      servers: [
        { host: '10.0.0.1', port: 11211 },
        { host: '10.0.0.10', port: 11211 },
        { host: '10.0.0.9', port: 11211 },
      ],
    });
    expect(dns.questions.map(({ name, type }) => [name, type])).toStrictEqual([[NAME, 1]]);
  });

  it('takes AAAA records, and the port it is told', async () => {
    const dns = await startDns(({ type }) =>
      type === 28 ? [aaaa('2001:db8:0:0:0:0:0:2'), aaaa('2001:db8:0:0:0:0:0:1')] : 'refused',
    );
    expect(await lookAt(dns, { record: 'AAAA', port: 7 })).toStrictEqual({
      servers: [
        { host: '2001:db8::1', port: 7 },
        { host: '2001:db8::2', port: 7 },
      ],
    });
  });

  it('takes both kinds, or the one there is', async () => {
    const dns = await startDns(({ type }) => (type === 1 ? [a('10.0.0.1')] : [aaaa('0:0:0:0:0:0:0:1')]));
    const both = [
      { host: '10.0.0.1', port: 11211 },
      { host: '::1', port: 11211 },
    ];
    expect(await lookAt(dns, { record: 'A+AAAA' })).toStrictEqual({ servers: both });
    for (const none of [[], 'no such name'] satisfies DnsReply[]) {
      dns.answer = ({ type }) => (type === 1 ? [a('10.0.0.1')] : none);
      expect(await lookAt(dns, { record: 'A+AAAA' })).toStrictEqual({ servers: both.slice(0, 1) });
      dns.answer = ({ type }) => (type === 1 ? none : [aaaa('0:0:0:0:0:0:0:1')]);
      expect(await lookAt(dns, { record: 'A+AAAA' })).toStrictEqual({ servers: both.slice(1) });
    }
  });

  it('takes half an answer for none: the servers of the other kind have not gone', async () => {
    const dns = await startDns(({ type }) => (type === 1 ? [a('10.0.0.1')] : 'server failure'));
    await rejection(lookAt(dns, { record: 'A+AAAA' }), 'MC_CONNECT_FAILED');
  });

  it('takes the SRV records of the lowest priority, asked for under the name of the service', async () => {
    const dns = await startDns(({ type }) =>
      type === 33
        ? [
            srv(1, 50, 11212, 'Two.Example.com'),
            srv(1, 100, 11211, 'one.example.com'),
            srv(1, 50, 11211, 'two.example.com'),
            srv(5, 10, 11211, 'spare.example.com'),
          ]
        : 'refused',
    );
    expect(await lookAt(dns, { record: 'SRV' })).toStrictEqual({
      servers: [
        { host: 'one.example.com', port: 11211, weight: 2 },
        { host: 'two.example.com', port: 11211, weight: 1 },
        { host: 'two.example.com', port: 11212, weight: 1 },
      ],
    });
    await dnsDiscovery('_cache._tcp.example.org', {
      record: 'SRV',
      nameServers: [dns.address],
      timeoutMs: TIMEOUT_MS,
    }).look();
    expect(dns.questions.map(({ name }) => name)).toStrictEqual([
      '_memcached._tcp.cache.example.com',
      '_cache._tcp.example.org',
    ]);
  });

  it.each<[DnsReply, DnsDiscoveryOptions['record'], ErrorCode]>([
    ['no such name', 'A', 'MC_CONNECT_FAILED'],
    ['no such name', 'SRV', 'MC_CONNECT_FAILED'],
    ['no such name', 'A+AAAA', 'MC_CONNECT_FAILED'],
    [[], 'A', 'MC_CONNECT_FAILED'],
    [[], 'AAAA', 'MC_CONNECT_FAILED'],
    [[], 'SRV', 'MC_CONNECT_FAILED'],
    [[], 'A+AAAA', 'MC_CONNECT_FAILED'],
    ['server failure', 'A', 'MC_CONNECT_FAILED'],
    ['refused', 'A', 'MC_CONNECT_FAILED'],
    ['cut short', 'A', 'MC_PROTOCOL'],
    [[srv(0, 0, 11211, '.')], 'SRV', 'MC_PROTOCOL'],
    [[srv(0, 0, 0, 'one.example.com')], 'SRV', 'MC_PROTOCOL'],
  ])('fails where the answer is %j to %s: %s', async (reply, asked, code) => {
    const dns = await startDns(() => reply);
    const error = await rejection(lookAt(dns, { record: asked ?? 'A' }), code);
    expect(error.message).toContain(NAME);
    expect(dns.questions.length).toBeGreaterThan(0);
  });

  it.each<[DnsReply, readonly string[]]>([
    ['silence', ['MC_TIMEOUT']],
    // A resolver may drop what it cannot read and wait on.
    ['rubbish', ['MC_PROTOCOL', 'MC_TIMEOUT', 'MC_CONNECT_FAILED']],
  ])('fails in time where the answer is %s', async (reply, codes) => {
    const dns = await startDns(() => reply);
    const start = performance.now();
    const { code } = await rejection(lookAt(dns, { timeoutMs: 300 }));
    expect(codes).toContain(code);
    // Without its own deadline a resolver would go on asking.
    expect(performance.now() - start).toBeLessThan(10_000);
    // Where this process had to wait, the deadline comes before the question is read.
    await expect.poll(() => dns.questions.length).toBeGreaterThan(0);
  });

  it('asks again over TCP where the answer is too long for a packet', async () => {
    const many = Array.from({ length: 200 }, (_, index) => a(`10.0.1.${index}`));
    const dns = await startDns(({ isTcp }) => (isTcp ? many : 'truncated'), { tcp: true });
    const { servers } = await lookAt(dns);
    expect(servers.length).toBe(200);
    expect(dns.questions.at(-1)?.isTcp).toBe(true);
  });

  it('fails where the answer is too long and there is no TCP', async () => {
    const dns = await startDns(() => 'truncated');
    const { code } = await rejection(lookAt(dns, { timeoutMs: 500 }));
    expect(['MC_CONNECT_FAILED', 'MC_TIMEOUT']).toContain(code);
  });

  it('asks anew at each look', async () => {
    const dns = await startDns(() => [a('10.0.0.1')]);
    const discovery = dnsDiscovery(NAME, { nameServers: [dns.address], timeoutMs: TIMEOUT_MS });
    expect((await discovery.look()).servers).toStrictEqual([{ host: '10.0.0.1', port: 11211 }]);
    dns.answer = () => [a('10.0.0.2')];
    expect((await discovery.look()).servers).toStrictEqual([{ host: '10.0.0.2', port: 11211 }]);
  });

  it('is given up when its signal is aborted, and two looks do not disturb each other', async () => {
    const dns = await startDns(() => 'silence');
    const discovery = dnsDiscovery(NAME, { nameServers: [dns.address], timeoutMs: TIMEOUT_MS });
    const abort = new AbortController();
    const first = discovery.look(abort.signal);
    await expect.poll(() => dns.questions.length).toBeGreaterThan(0);
    dns.answer = () => [a('10.0.0.1')];
    const second = discovery.look();
    abort.abort(new Error('no longer wanted'));
    const error = await rejection(first, 'MC_ABORTED');
    expect(error.cause).toStrictEqual(new Error('no longer wanted'));
    expect((await second).servers.length).toBe(1);
    await rejection(discovery.look(AbortSignal.abort()), 'MC_ABORTED_UNSENT');
  });
});

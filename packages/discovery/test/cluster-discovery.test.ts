import type { ErrorCode, Link, Transport } from '@mc/core';
import { type ClusterDiscoveryOptions, clusterDiscovery } from '@mc/discovery';
import { type ConnectionScript, faultyTransport, type ScriptedServer, scriptedServer } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it, onTestFinished } from 'vitest';

const LIST = '3\none.example.com|10.0.0.1|11211 two.example.com||11212\n';
const SERVERS = [
  { host: 'one.example.com', port: 11211 },
  { host: 'two.example.com', port: 11212 },
];
const CONFIG = `CONFIG cluster 0 ${LIST.length}\r\n${LIST}\r\nEND\r\n`;
const VALUE = `VALUE AmazonElastiCache:cluster 0 ${LIST.length}\r\n${LIST}\r\nEND\r\n`;

async function start(script: ConnectionScript): Promise<ScriptedServer> {
  const server = await scriptedServer(script);
  onTestFinished(() => server.close());
  return server;
}

/** A server that answers each line with the next of these. */
function answers(...replies: readonly string[]): ConnectionScript {
  return async (connection) => {
    for (const reply of replies) {
      await connection.request();
      await connection.reply(reply);
    }
  };
}

function discovery(server: ScriptedServer, options: Partial<ClusterDiscoveryOptions> = {}) {
  return clusterDiscovery(server.name, { transport: tcpTransport(), timeoutMs: 10_000, ...options });
}

describe('clusterDiscovery over TCP', () => {
  it('asks on a connection of its own, and lets go of it', async () => {
    const server = await start(answers(CONFIG));
    for (let round = 1; round <= 2; round += 1) {
      expect(await discovery(server).look()).toStrictEqual({ version: 3n, servers: SERVERS });
      expect(server.connections.length).toBe(round);
      await expect.poll(() => server.openConnections).toBe(0);
    }
    expect(server.received).toBe('config get cluster\r\n'.repeat(2));
  });

  it('takes servers by address where it is told to', async () => {
    const server = await start(answers(CONFIG));
    expect((await discovery(server, { useIp: true }).look()).servers).toStrictEqual([
      { host: '10.0.0.1', port: 11211 },
      { host: 'two.example.com', port: 11212 },
    ]);
  });

  it('asks engines before 1.4.14 in their own way', async () => {
    const server = await start(answers('ERROR\r\n', VALUE));
    expect(await discovery(server).look()).toStrictEqual({ version: 3n, servers: SERVERS });
    expect(server.received).toBe('config get cluster\r\nget AmazonElastiCache:cluster\r\n');
    expect(server.connections.length).toBe(1);
  });

  it('reads what comes a byte at a time', async () => {
    const server = await start(async (connection) => {
      await connection.request();
      await connection.drip('ERROR\r\n');
      await connection.request();
      await connection.drip(VALUE);
    });
    expect(await discovery(server).look()).toStrictEqual({ version: 3n, servers: SERVERS });
  });

  it.each<[string, ErrorCode, ConnectionScript]>([
    ['a plain server', 'MC_CONFIGURATION', answers('ERROR\r\n', 'END\r\n')],
    ['a server that knows neither form', 'MC_CONFIGURATION', answers('ERROR\r\n', 'ERROR\r\n')],
    ['a cluster without a list', 'MC_CONFIGURATION', answers('END\r\n')],
    ['SERVER_ERROR', 'MC_SERVER_ERROR', answers('SERVER_ERROR busy\r\n')],
    ['CLIENT_ERROR', 'MC_CLIENT_ERROR', answers('CLIENT_ERROR unauthenticated\r\n')],
    ['a server that is full', 'MC_CONNECT_FAILED', answers('ERROR Too many open connections\r\n')],
    ['rubbish', 'MC_PROTOCOL', answers('-ERR unknown command\r\n')],
    ['bytes without end', 'MC_PROTOCOL', answers('x'.repeat(100_000))],
    ['a list that is announced too long', 'MC_PROTOCOL', answers('CONFIG cluster 0 9999999\r\n')],
    ['a list of rubbish', 'MC_PROTOCOL', answers('CONFIG cluster 0 4\r\nx\ny\n\r\nEND\r\n')],
    ['an empty list', 'MC_PROTOCOL', answers('CONFIG cluster 0 3\r\n4\n\n\r\nEND\r\n')],
    ['a reply with bytes behind it', 'MC_PROTOCOL', answers(`${CONFIG}END\r\n`)],
    ['a server that says more than ERROR', 'MC_PROTOCOL', answers('ERROR\r\nERROR\r\n')],
    [
      'a list that is cut',
      'MC_CONNECTION_LOST',
      async (connection) => {
        await connection.request();
        await connection.reply(CONFIG.slice(0, 40));
        connection.end();
      },
    ],
    [
      'a server that hangs up upon an unknown command',
      'MC_CONNECTION_LOST',
      async (connection) => {
        await connection.request();
        await connection.reply('ERROR\r\n');
        connection.reset();
      },
    ],
    ['a server that says nothing', 'MC_TIMEOUT', () => {}],
    ['a list that does not end', 'MC_TIMEOUT', answers(CONFIG.slice(0, 40))],
  ])('fails, typed, and lets go of the connection: %s, %s', async (_what, code, script) => {
    const server = await start(script);
    const look = discovery(server, { timeoutMs: 150 }).look();
    const error = await rejection(look, code);
    expect(error.message).toContain(`cluster ${server.name}: `);
    await expect.poll(() => server.openConnections).toBe(0);
  });

  it('fails where nobody listens', async () => {
    const server = await start(() => {});
    await server.refuse();
    const error = await rejection(discovery(server).look(), 'MC_CONNECT_FAILED');
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
    expect(error.server).toBe(server.name);
  });

  it('is given up when its signal is aborted, before and behind the first byte', async () => {
    for (const reply of ['', CONFIG.slice(0, 30)]) {
      const server = await start(answers(reply));
      const abort = new AbortController();
      const look = discovery(server).look(abort.signal);
      await expect.poll(() => server.received).toBe('config get cluster\r\n');
      abort.abort();
      await rejection(look, 'MC_ABORTED');
      await expect.poll(() => server.openConnections).toBe(0);
    }
    const server = await start(answers(CONFIG));
    await rejection(discovery(server).look(AbortSignal.abort()), 'MC_ABORTED_UNSENT');
    expect(server.connections.length).toBe(0);
  });

  it('can look twice at once', async () => {
    const server = await start(answers(CONFIG));
    const { look } = discovery(server);
    expect(await Promise.all([look(), look(), look()])).toStrictEqual(
      Array.from({ length: 3 }, () => ({ version: 3n, servers: SERVERS })),
    );
  });
});

describe('clusterDiscovery on the embedded server', () => {
  const nodes = [
    { host: 'one.example.com', ip: '10.0.0.1' },
    { host: 'two.example.com', port: 11212 },
  ];

  it.each([false, true])('finds what setCluster says; legacy: %s', async (legacy) => {
    const transport = memoryTransport({ cluster: { version: 3, nodes, legacy } });
    const faulty = faultyTransport(transport);
    const { look } = clusterDiscovery('[::1]:11211', { transport: faulty });
    expect(await look()).toStrictEqual({ version: 3n, servers: SERVERS });
    transport.setCluster({ version: 4n, nodes: nodes.slice(1), legacy });
    expect(await look()).toStrictEqual({ version: 4n, servers: SERVERS.slice(1) });
    transport.setCluster(undefined);
    await rejection(look(), 'MC_CONFIGURATION');
    transport.setCluster({ version: 5n, nodes: [], legacy });
    await rejection(look(), 'MC_PROTOCOL');
    expect(transport.serverNames).toStrictEqual(['[::1]:11211']);
    await expect.poll(() => faulty.openLinks).toBe(0);
  });

  it('reads a list of a thousand servers', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => ({
      host: `cache-${at}.${'x'.repeat(60)}.example.com`,
    }));
    const transport = memoryTransport({ cluster: { version: 1, nodes: many } });
    const { servers } = await clusterDiscovery('endpoint', { transport }).look();
    expect(servers).toStrictEqual(many.map(({ host }) => ({ host, port: 11211 })));
  });

  it('fails where the transport throws', async () => {
    const transport: Transport = {
      connect: (): Link => {
        throw new Error('no such thing');
      },
    };
    const error = await rejection(clusterDiscovery('endpoint', { transport }).look(), 'MC_CONNECT_FAILED');
    expect(error.cause).toStrictEqual(new Error('no such thing'));
  });
});

describe('what clusterDiscovery is given', () => {
  const transport = memoryTransport();

  it.each<[unknown, unknown]>([
    ['', { transport }],
    [7, { transport }],
    [undefined, { transport }],
    ['endpoint:0', { transport }],
    ['endpoint:70000', { transport }],
    ['endpoint:11211:2', { transport }],
    ['::1', { transport }],
    ['memcached://endpoint', { transport }],
    ['two names', { transport }],
    ['endpoint', undefined],
    ['endpoint', null],
    ['endpoint', {}],
    ['endpoint', { transport: {} }],
    ['endpoint', { transport, useIP: true }],
    ['endpoint', { transport, useIp: 'yes' }],
    ['endpoint', { transport, intervalMs: 0 }],
    ['endpoint', { transport, intervalMs: '1' }],
    ['endpoint', { transport, timeoutMs: 20_000 }],
  ])('is refused at once: %j, case %#', (endpoint, options) => {
    expect(() => clusterDiscovery(endpoint as string, options as ClusterDiscoveryOptions)).toThrowError(
      expect.objectContaining({ code: 'MC_CONFIGURATION' }),
    );
  });

  it('shows in its name and its interval', () => {
    expect(clusterDiscovery('Endpoint', { transport })).toMatchObject({
      name: 'cluster Endpoint:11211',
      intervalMs: 60_000,
    });
    expect(clusterDiscovery('[2001:db8::1]:7', { transport, intervalMs: 5 })).toMatchObject({
      name: 'cluster [2001:db8::1]:7',
      intervalMs: 5,
    });
  });
});

import { expectsMemcached, startMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { type ClusterConfig, memoryTransport } from '../src/index.js';
import { openSocketWire, openTransportWire, type Wire } from './wire.js';

const SENTINEL_REPLY = 'VERSION 1.6.18\r\n';
const NODES = [
  { host: 'one.example.com', ip: '10.0.0.1' },
  { host: 'two.example.com', port: 11212 },
];
const LIST = '12\none.example.com|10.0.0.1|11211 two.example.com||11212\n';

async function ask(wire: Wire, request: string): Promise<string> {
  wire.send(`${request}\r\nversion\r\n`);
  const output = await wire.take((text) => text.endsWith(SENTINEL_REPLY));
  return output.slice(0, -SENTINEL_REPLY.length);
}

/** Asks one server of a transport that is set up like this. */
async function reply(request: string, cluster?: ClusterConfig): Promise<string> {
  const transport = memoryTransport(cluster === undefined ? {} : { cluster });
  return ask(await openTransportWire(transport, 'one:1'), request);
}

const QUESTIONS = [
  ...[
    'config get cluster',
    'config get',
    'config',
    'config get cluster x',
    'config set cluster',
    'CONFIG get cluster',
  ],
  ...['config get x', `config get ${'x'.repeat(300)}`, 'get AmazonElastiCache:cluster', 'config noreply'],
];

describe('an embedded server of a cluster', () => {
  it('answers config get cluster', async () => {
    const cluster = { version: 12, nodes: NODES };
    expect(await reply('config get cluster', cluster)).toBe(
      `CONFIG cluster 0 ${LIST.length}\r\n${LIST}\r\nEND\r\n`,
    );
    for (const question of QUESTIONS.slice(1)) {
      expect(await reply(question, cluster)).toBe(question.startsWith('get') ? 'END\r\n' : 'ERROR\r\n');
    }
  });

  it('speaks as engines before 1.4.14 where it is told to', async () => {
    const cluster = { version: 12n, nodes: NODES, legacy: true };
    const value = `VALUE AmazonElastiCache:cluster 0 ${LIST.length}\r\n${LIST}\r\n`;
    expect(await reply('config get cluster', cluster)).toBe('ERROR\r\n');
    expect(await reply('get AmazonElastiCache:cluster', cluster)).toBe(`${value}END\r\n`);
    expect(await reply('get a AmazonElastiCache:cluster b', cluster)).toBe(`${value}END\r\n`);
    expect(await reply('get AmazonElastiCache', cluster)).toBe('END\r\n');
    expect(await reply(`get AmazonElastiCache:cluster ${'x'.repeat(251)}`, cluster)).toBe(
      'CLIENT_ERROR bad command line format\r\n',
    );
  });

  it('tells what it is told at the time, on every server and every open connection', async () => {
    const transport = memoryTransport();
    const wires = [await openTransportWire(transport, 'one:1'), await openTransportWire(transport, 'two:1')];
    const answers = () => Promise.all(wires.map((wire) => ask(wire, 'config get cluster')));
    expect(await answers()).toEqual(['ERROR\r\n', 'ERROR\r\n']);
    transport.setCluster({ version: 18_446_744_073_709_551_615n, nodes: [{ host: '2001:db8::1', port: 1 }] });
    const list = 'CONFIG cluster 0 36\r\n18446744073709551615\n2001:db8::1||1\n\r\nEND\r\n';
    expect(await answers()).toEqual([list, list]);
    transport.setCluster({ version: 0, nodes: [] });
    expect((await answers())[0]).toBe('CONFIG cluster 0 3\r\n0\n\n\r\nEND\r\n');
    transport.setCluster(undefined);
    expect(await answers()).toEqual(['ERROR\r\n', 'ERROR\r\n']);
  });

  it('tells a list that is longer than a piece of output', async () => {
    const nodes = Array.from({ length: 2000 }, (_, at) => ({ host: `host-${at}.${'x'.repeat(60)}` }));
    const list = `1\n${nodes.map(({ host }) => `${host}||11211`).join(' ')}\n`;
    expect(await reply('config get cluster', { version: 1, nodes })).toBe(
      `CONFIG cluster 0 ${list.length}\r\n${list}\r\nEND\r\n`,
    );
  });

  it.each<unknown>([
    { version: -1, nodes: [] },
    { version: -1n, nodes: [] },
    { version: 1.5, nodes: [] },
    { version: '1', nodes: [] },
    { nodes: [] },
    { version: 1 },
    { version: 1, nodes: 'one|two|3' },
    { version: 1, nodes: [{ host: '' }] },
    { version: 1, nodes: [{ host: 'a b' }] },
    { version: 1, nodes: [{ host: 'a|b' }] },
    { version: 1, nodes: [{ host: 'a\n' }] },
    { version: 1, nodes: [{ host: 'caf\xe9' }] },
    { version: 1, nodes: [{ host: 'a', ip: 'a b' }] },
    { version: 1, nodes: [{ host: 'a', port: 0 }] },
    { version: 1, nodes: [{ host: 'a', port: 65_536 }] },
    { version: 1, nodes: [{}] },
  ])('refuses what it could not tell, and goes on with what it had: case %#', async (cluster) => {
    const wrong = expect.objectContaining({ code: 'MC_CONFIGURATION' });
    expect(() => memoryTransport({ cluster: cluster as ClusterConfig })).toThrowError(wrong);
    const transport = memoryTransport({ cluster: { version: 12, nodes: NODES } });
    expect(() => transport.setCluster(cluster as ClusterConfig)).toThrowError(wrong);
    expect(await ask(await openTransportWire(transport, 'one:1'), 'config get cluster')).toContain(LIST);
  });
});

if (expectsMemcached()) {
  describe('a plain embedded server', () => {
    it('answers as memcached does, which knows of no cluster', async () => {
      await using server = await startMemcached();
      const theirs = await openSocketWire(server.port);
      for (const question of QUESTIONS) expect(await reply(question)).toBe(await ask(theirs, question));
      theirs.destroy();
    });
  });
}

import { describe, expect, it } from 'vitest';
import { type MemoryTransportOptions, memoryTransport } from '../src/index.js';
import { openTransportWire } from './wire.js';

const SENTINEL_REPLY = 'VERSION 1.6.18\r\n';

async function asker(
  transport = memoryTransport(),
  name = 'one:1',
): Promise<(request: string) => Promise<string>> {
  const wire = await openTransportWire(transport, name);
  return async (request) => {
    wire.send(`${request}\r\nversion\r\n`);
    const output = await wire.take((text) => text.endsWith(SENTINEL_REPLY));
    return output.slice(0, -SENTINEL_REPLY.length);
  };
}

function set(key: string, length: number): string {
  return `set ${key} 0 0 ${length}\r\n${'x'.repeat(length)}`;
}

async function stat(
  ask: (request: string) => Promise<string>,
  name: string,
  group = '',
): Promise<string | undefined> {
  const output = await ask(`stats ${group}`);
  return new RegExp(`^STAT ${name} (.*)\r$`, 'm').exec(output)?.[1];
}

describe('memoryTransport', () => {
  it('keeps one set of items per server name, shared by all connections', async () => {
    const transport = memoryTransport();
    const [first, second, other] = await Promise.all([
      asker(transport),
      asker(transport),
      asker(transport, 'two:1'),
    ]);
    await first(set('k', 1));
    expect(await second('get k')).toBe('VALUE k 0 1\r\nx\r\nEND\r\n');
    expect(await other('get k')).toBe('END\r\n');
    expect(transport.serverNames).toEqual(['one:1', 'two:1']);
    expect(transport.server('one:1')).toMatchObject({ name: 'one:1', items: 1, bytes: 61, connections: 2 });
    expect(transport.server('two:1')).toMatchObject({ items: 0, bytes: 0, connections: 1 });
  });

  it('shares nothing between two transports', async () => {
    const [first, second] = [await asker(), await asker()];
    await first(set('k', 1));
    expect(await second('get k')).toBe('END\r\n');
  });

  it('shows the items of a server and flushes them', async () => {
    const transport = memoryTransport();
    const server = transport.server('one:1');
    const ask = await asker(transport);
    for (let i = 0; i < 10; i += 1) await ask(set(`k${i}`, 10));
    expect(server.items).toBe(10);
    server.flush();
    expect(server).toMatchObject({ items: 0, bytes: 0 });
    expect(await ask('get k1')).toBe('END\r\n');
    await ask(set('k', 1));
    expect(server.items).toBe(1);
    await ask('delete k');
    expect(server).toMatchObject({ items: 0, bytes: 0 });
  });

  it('counts connections that end', async () => {
    const transport = memoryTransport();
    const wires = await Promise.all([1, 2, 3].map(() => openTransportWire(transport, 'one:1')));
    const server = transport.server('one:1');
    expect(server.connections).toBe(3);
    await wires[0]?.finish();
    wires[1]?.destroy();
    wires[2]?.send('quit\r\n');
    await Promise.all(wires.slice(1).map((wire) => wire.take(() => false)));
    expect(server.connections).toBe(0);
  });

  it.each([
    { maxItemBytes: 0 },
    { maxItemBytes: 1.5 },
    { memoryBytes: Number.NaN },
    { memoryBytes: -1 },
    { memoryBytes: '64m' as unknown as number },
  ] satisfies MemoryTransportOptions[])('refuses %j', (options) => {
    expect(() => memoryTransport(options)).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
  });
});

describe('memory', () => {
  /** Ten items of 1,000 bytes and what comes with each of them. */
  const memoryBytes = 10 * (1000 + 59 + 2);

  it('drops the items used longest ago', async () => {
    const transport = memoryTransport({ memoryBytes });
    const ask = await asker(transport);
    for (let i = 0; i < 10; i += 1) await ask(`set k${i} 0 0 1000\r\n1${' '.repeat(999)}`);
    await ask('get k0');
    await ask('touch k1 0');
    await ask('gat 0 k2');
    await ask('incr k3 1');
    await ask('gets k4');
    for (let i = 0; i < 5; i += 1) await ask(set(`j${i}`, 1000));
    const left = await ask(`get ${Array.from({ length: 10 }, (_, i) => `k${i}`).join(' ')}`);
    expect([...left.matchAll(/VALUE (\S+)/g)].map((match) => match[1])).toEqual([
      'k0',
      'k1',
      'k2',
      'k3',
      'k4',
    ]);
    expect(await stat(ask, 'evictions')).toBe('5');
    expect(transport.server('one:1').bytes).toBeLessThanOrEqual(memoryBytes);
  });

  it('takes expired items first where they are the oldest, and counts them as reclaimed', async () => {
    const clock = { ms: 1_800_000_000_000 };
    const ask = await asker(memoryTransport({ memoryBytes, evict: false, now: () => clock.ms }));
    for (let i = 0; i < 10; i += 1) await ask(`set k${i} 0 ${i < 2 ? 5 : 0} 1000\r\n${'x'.repeat(1000)}`);
    clock.ms += 5000;
    expect(await ask(set('j0', 1000))).toBe('STORED\r\n');
    expect(await ask(set('j1', 1000))).toBe('STORED\r\n');
    expect(await ask(set('j2', 1000))).toBe('SERVER_ERROR out of memory storing object\r\n');
    expect([await stat(ask, 'reclaimed'), await stat(ask, 'evictions')]).toEqual(['2', '0']);
  });

  it('refuses what has no room where it may not evict, as memcached -M does', async () => {
    const ask = await asker(memoryTransport({ memoryBytes, evict: false }));
    for (let i = 0; i < 10; i += 1) expect(await ask(set(`k${i}`, 1000))).toBe('STORED\r\n');
    const noMemory = 'SERVER_ERROR out of memory storing object\r\n';
    expect(await ask(set('new', 1000))).toBe(noMemory);
    expect(await ask('add new 0 0 1\r\nx')).toBe(noMemory);
    expect(await ask('set new 0 0 1 noreply\r\nx')).toBe('');
    // An append has no error of its own, and the item stays.
    expect(await ask('append k1 0 0 1\r\nx')).toBe('NOT_STORED\r\n');
    expect(await ask('get k1')).toContain('VALUE k1 0 1000\r\n');
    // A set that fails leaves nothing outdated behind.
    expect(await ask(set('k1', 1000))).toBe(noMemory);
    expect(await ask('get k1')).toBe('END\r\n');
    expect(await stat(ask, 'store_no_memory')).toBe('4');
    expect(await stat(ask, 'evictions', 'settings')).toBe('off');
  });

  it('gives a counter that grows an error where it may not evict', async () => {
    const ask = await asker(memoryTransport({ memoryBytes: 61, evict: false }));
    await ask('set k 0 0 1\r\n9');
    expect(await ask('incr k 1')).toBe('SERVER_ERROR out of memory\r\n');
    expect(await ask('get k')).toBe('VALUE k 0 1\r\n9\r\nEND\r\n');
  });

  it('never drops the item that it is about to change', async () => {
    const ask = await asker(memoryTransport({ memoryBytes: 150 }));
    await ask('set k 0 0 1\r\n9');
    await ask('set j 0 0 1\r\n9');
    expect(await ask('incr k 1')).toBe('10\r\n');
    expect(await ask('get k j')).toBe('VALUE k 0 2\r\n10\r\nEND\r\n');
    expect(await ask(`append k 0 0 80\r\n${'x'.repeat(80)}`)).toBe('NOT_STORED\r\n');
    expect(await ask('get k')).toBe('VALUE k 0 2\r\n10\r\nEND\r\n');
  });

  it('refuses an item larger than maxItemBytes, and says how large one may be', async () => {
    const ask = await asker(memoryTransport({ maxItemBytes: 2048 }));
    expect(await ask(set('k', 2048 - 60))).toBe('STORED\r\n');
    expect(await ask(set('k', 2048 - 59))).toBe('SERVER_ERROR object too large for cache\r\n');
    expect(await ask('get k')).toBe('END\r\n');
    expect(await stat(ask, 'item_size_max', 'settings')).toBe('2048');
    expect(await stat(ask, 'store_too_large')).toBe('1');
  });

  it('refuses an item larger than the memory without dropping the others', async () => {
    const ask = await asker(memoryTransport({ memoryBytes: 1000 }));
    await ask(set('k', 1));
    expect(await ask(set('j', 1000))).toBe('SERVER_ERROR out of memory storing object\r\n');
    expect(await ask('get k')).toBe('VALUE k 0 1\r\nx\r\nEND\r\n');
  });
});

describe('stats', () => {
  it('counts, and starts anew after stats reset', async () => {
    const clock = { ms: 1_800_000_000_000 };
    const ask = await asker(memoryTransport({ memoryBytes: 5000, now: () => clock.ms }));
    await ask(set('k', 1));
    await ask('get k nothing');
    clock.ms += 3000;
    const expected = {
      ...{
        uptime: '3',
        time: '1800000003',
        version: '1.6.18',
        curr_connections: '1',
        total_connections: '1',
      },
      ...{ cmd_get: '2', cmd_set: '1', get_hits: '1', get_misses: '1', limit_maxbytes: '5000', bytes: '61' },
      ...{ curr_items: '1', total_items: '1' },
    };
    for (const [name, value] of Object.entries(expected))
      expect([name, await stat(ask, name)]).toEqual([name, value]);
    expect(Number(await stat(ask, 'bytes_read'))).toBeGreaterThan(30);
    expect(Number(await stat(ask, 'bytes_written'))).toBeGreaterThan(30);
    expect(await ask('stats reset')).toBe('RESET\r\n');
    expect([await stat(ask, 'cmd_get'), await stat(ask, 'total_items')]).toEqual(['0', '0']);
    expect([await stat(ask, 'curr_items'), await stat(ask, 'curr_connections')]).toEqual(['1', '1']);
  });

  it('has the groups that a client asks for, and ERROR for others', async () => {
    const ask = await asker();
    for (const group of ['items', 'conns']) expect(await ask(`stats ${group}`)).toBe('END\r\n');
    await ask(set('k', 1));
    expect(await stat(ask, 'items:1:number', 'items')).toBe('1');
    expect(await stat(ask, 'active_slabs', 'slabs')).toBe('1');
    expect(await ask('stats sizes')).toBe('STAT sizes_status disabled\r\nEND\r\n');
    expect(await ask('stats detail')).toBe('ERROR\r\n');
    expect(await ask('verbosity 9')).toBe('OK\r\n');
    expect(await stat(ask, 'verbosity', 'settings')).toBe('2');
  });
});

import type { LinkEvents, Server } from '@mc/core';
import { type FaultyTransport, faultyTransport } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';

const ONE: Server = { name: 'one:11211', host: 'one', port: 11211, path: undefined, weight: 1 };
const TWO: Server = { ...ONE, name: 'two:11211', host: 'two' };
const VERSION = Uint8Array.from(Buffer.from('version\r\n'));

interface Recorded extends LinkEvents {
  readonly seen: string[];
}

function recorded(): Recorded {
  const seen: string[] = [];
  return {
    seen,
    onOpen: () => seen.push('open'),
    onData: (bytes) => seen.push(Buffer.from(bytes).toString('latin1').slice(0, 7)),
    onDrain: () => seen.push('drain'),
    onClose: (error) => seen.push(error === undefined ? 'close' : `close: ${error.message}`),
  };
}

async function open(transport: FaultyTransport, server: Server) {
  const events = recorded();
  const link = transport.connect(server, events);
  await expect.poll(() => events.seen).toStrictEqual(['open']);
  return { events, link };
}

describe('faultyTransport', () => {
  it('holds back what servers send and delivers it later', async () => {
    const transport = faultyTransport(memoryTransport());
    const [one, two] = [await open(transport, ONE), await open(transport, TWO)];
    transport.hold(ONE.name);
    one.link.write(VERSION);
    two.link.write(VERSION);
    await expect.poll(() => two.events.seen).toStrictEqual(['open', 'VERSION']);
    expect(one.events.seen).toStrictEqual(['open']);
    transport.release();
    await expect.poll(() => one.events.seen).toStrictEqual(['open', 'VERSION']);
    expect(transport.bytesWritten).toBe(2 * VERSION.length);
  });

  it('refuses one server and leaves the other alone', async () => {
    const transport = faultyTransport(memoryTransport());
    transport.refuse(ONE.name);
    const refused = recorded();
    transport.connect(ONE, refused);
    expect(refused.seen).toStrictEqual([]);
    await expect.poll(() => refused.seen).toStrictEqual(['close: connection refused']);
    await open(transport, TWO);
    expect(transport.openLinks).toBe(1);
    transport.accept(ONE.name);
    await open(transport, ONE);
  });

  it('cuts connections once, and what was held back is lost', async () => {
    const transport = faultyTransport(memoryTransport());
    const one = await open(transport, ONE);
    transport.hold();
    one.link.write(VERSION);
    transport.cut();
    transport.release();
    await expect.poll(() => one.events.seen.length).toBe(2);
    expect(one.events.seen).toStrictEqual(['open', 'close: connection reset']);
    expect(transport.openLinks).toBe(0);
  });
});

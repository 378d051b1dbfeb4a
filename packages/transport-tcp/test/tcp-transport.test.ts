import type { LinkEvents, Server } from '@mc/core';
import { scriptedServer } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';

function serverAt(port: number): Server {
  return { name: `127.0.0.1:${port}`, host: '127.0.0.1', port, path: undefined, weight: 1 };
}

interface Observed extends LinkEvents {
  readonly seen: string[];
}

function observe(): Observed {
  const seen: string[] = [];
  return {
    seen,
    onOpen: () => seen.push('open'),
    onData: (bytes) => seen.push(`data ${bytes.length}`),
    onDrain: () => seen.push('drain'),
    onClose: (error) => seen.push(error === undefined ? 'close' : 'close with error'),
  };
}

describe('tcpTransport', () => {
  it('reports a reset as a close with an error', async () => {
    await using server = await scriptedServer((connection) => connection.reset());
    const events = observe();
    tcpTransport().connect(serverAt(server.address.port as number), events);
    await expect.poll(() => events.seen.at(-1)).toBe('close with error');
    expect(events.seen.filter((event) => event.startsWith('close')).length).toBe(1);
  });

  it('reports a polite end as a close without one', async () => {
    await using server = await scriptedServer((connection) => connection.end());
    const events = observe();
    tcpTransport().connect(serverAt(server.address.port as number), events);
    await expect.poll(() => events.seen).toStrictEqual(['open', 'close']);
  });

  it('close() ends though the other side stays half open', async () => {
    await using server = await scriptedServer(() => {}, { allowHalfOpen: true });
    const events = observe();
    const link = tcpTransport().connect(serverAt(server.address.port as number), events);
    await expect.poll(() => events.seen).toStrictEqual(['open']);
    link.write(Uint8Array.of(1, 2, 3));
    link.close();
    await expect.poll(() => events.seen.at(-1)).toMatch(/^close/);
    await expect.poll(() => server.received).toBe('\x01\x02\x03');
  });

  it('a name that does not exist is a close with an error', async () => {
    const events = observe();
    tcpTransport().connect(
      { ...serverAt(11211), host: 'no-such-host.invalid', name: 'no-such-host.invalid:11211' },
      events,
    );
    await expect.poll(() => events.seen).toStrictEqual(['close with error']);
  });

  it('write() says so when the system takes no more, and onDrain follows', async () => {
    await using server = await scriptedServer(() => {});
    const events = observe();
    const link = tcpTransport().connect(serverAt(server.address.port as number), events);
    await expect.poll(() => events.seen).toStrictEqual(['open']);
    const chunk = new Uint8Array(1024 * 1024).fill(7);
    let refused = 0;
    for (let index = 0; index < 32; index += 1) if (!link.write(chunk)) refused += 1;
    expect(refused).toBeGreaterThan(0);
    await expect.poll(() => server.received.length).toBe(32 * chunk.length);
    await expect.poll(() => events.seen.at(-1)).toBe('drain');
    link.destroy();
    await expect.poll(() => events.seen.at(-1)).toBe('close');
  });
});

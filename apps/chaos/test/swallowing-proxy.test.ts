import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { healthyScript, scriptedServer } from '@mc/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SwallowingProxy } from '../src/swallowing-proxy.js';

async function openProxy() {
  const server = await scriptedServer(healthyScript);
  const proxy = await SwallowingProxy.start(server.address.port as number);
  onTestFinished(async () => {
    await proxy.close();
    await server.close();
  });
  return { server, proxy };
}

async function dial(port: number): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return { socket, received: () => text };
}

describe('the proxy', () => {
  it('passes bytes, then swallows all of both sides and ends nothing, then passes those of new connections', async () => {
    const { server, proxy } = await openProxy();
    const old = await dial(proxy.port);
    old.socket.write('version\r\n');
    await expect.poll(old.received).toBe('VERSION 1.6.18\r\n');

    proxy.swallow();
    const late = await dial(proxy.port);
    for (const { socket } of [old, late]) socket.write('version\r\n');
    void server.connections[0]?.reply('stray');
    // Turns of the event loop, not a time: in each of them what has come is taken, on a busy machine too.
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.received).toBe('version\r\n');
    expect([old.received(), late.received()]).toStrictEqual(['VERSION 1.6.18\r\n', '']);
    expect([old.socket.destroyed, late.socket.destroyed]).toStrictEqual([false, false]);

    const closed = Promise.all([once(old.socket, 'close'), once(late.socket, 'close')]);
    proxy.release();
    await closed;
    const next = await dial(proxy.port);
    next.socket.write('version\r\n');
    await expect.poll(next.received).toBe('VERSION 1.6.18\r\n');
  });

  it('passes an end of either side on', async () => {
    const { server, proxy } = await openProxy();
    const { socket } = await dial(proxy.port);
    await expect.poll(() => server.connections.length).toBe(1);
    server.connections[0]?.end();
    await once(socket, 'close');
    const other = await dial(proxy.port);
    await expect.poll(() => server.connections.length).toBe(2);
    other.socket.destroy();
    await expect.poll(() => server.openConnections).toBe(0);
  });
});

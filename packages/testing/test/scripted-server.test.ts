import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { healthyScript, type ScriptedServer, scriptedServer } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.js';

async function open({ address }: ScriptedServer): Promise<Socket> {
  const socket = connect(address.port as number, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('scriptedServer', () => {
  it('hands the script one request after the other, however they arrive', async () => {
    const seen: unknown[] = [];
    await using server = await scriptedServer(async (connection) => {
      for await (const { verb, keys, data } of connection.requests()) seen.push([verb, keys, data]);
    });
    const socket = await open(server);
    for (const character of 'get a b\r\nset k 0 0 4\r\n\r\nx\n\r\nincr n 1\r\nversion\r\n')
      socket.write(character);
    await expect
      .poll(() => seen)
      .toStrictEqual([
        ['get', ['a', 'b'], undefined],
        ['set', ['k'], '\r\nx\n'],
        ['incr', ['n'], undefined],
        ['version', [], undefined],
      ]);
    socket.destroy();
  });

  it('logs what it received and counts its connections', async () => {
    await using server = await scriptedServer(() => {});
    const [one, two] = [await open(server), await open(server)];
    one.write('first');
    two.write('second');
    await expect.poll(() => server.received.length).toBe(11);
    expect(server.connections.map(({ received }) => received).sort()).toStrictEqual(['first', 'second']);
    expect(server.openConnections).toBe(2);
    one.destroy();
    await expect.poll(() => server.openConnections).toBe(1);
    two.destroy();
  });

  it('drips, ends and resets', async () => {
    await using server = await scriptedServer(async (connection) => {
      await connection.request();
      if (connection.index === 0) await connection.drip('VERSION 1\r\n');
      if (connection.index === 0) connection.end();
      else connection.reset();
    });
    expect(await ask(server.address, 'version\r\n')).toBe('VERSION 1\r\n');
    await expect(ask(server.address, 'version\r\n')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('refuses and listens again at the same port', async () => {
    await using server = await scriptedServer(healthyScript);
    expect(await ask(server.address, 'get k\r\n')).toBe('VALUE k 16 10\r\nvalue of k\r\nEND\r\n');
    await server.refuse();
    await expect(ask(server.address, 'version\r\n')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.listen();
    expect(await ask(server.address, 'version\r\n')).toMatch(/^VERSION/);
  });

  it('reports a script that throws when it is closed', async () => {
    const server = await scriptedServer(() => {
      throw new Error('a mistake in the script');
    });
    const socket = await open(server);
    await once(socket, 'close');
    await expect(server.close()).rejects.toThrow('a mistake in the script');
  });
});

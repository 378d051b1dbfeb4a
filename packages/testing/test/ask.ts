import { once } from 'node:events';
import { connect } from 'node:net';
import type { ServerAddress } from '@mc/core';

/** Sends one request over a connection of its own and gives what came back up to the first complete line or END. */
export async function ask(address: ServerAddress, request: string): Promise<string> {
  const target =
    address.path === undefined ? { host: address.host, port: address.port } : { path: address.path };
  const socket = connect(target as { path: string });
  try {
    await once(socket, 'connect');
    socket.write(request);
    let reply = '';
    for await (const bytes of socket) {
      reply += (bytes as Buffer).toString('latin1');
      if (/^(STAT|VALUE)/.test(reply) ? reply.endsWith('END\r\n') : reply.endsWith('\r\n')) break;
    }
    return reply;
  } finally {
    socket.destroy();
  }
}

import { once } from 'node:events';
import { connect } from 'node:net';
import type { ServerAddress } from '@mc/core';

/** An item as the server holds it. */
export interface RawItem {
  readonly flags: number;
  readonly data: Buffer;
}

/** Stores bytes with flags, as another client does. */
export async function storeRaw(
  server: ServerAddress,
  key: string,
  flags: number,
  data: Uint8Array,
): Promise<void> {
  const head = Buffer.from(`set ${key} ${flags} 0 ${data.length}\r\n`);
  const reply = await ask(server, Buffer.concat([head, data, Buffer.from('\r\n')]), /\r\n$/);
  if (reply.toString() !== 'STORED\r\n') throw new Error(`the server did not store: ${reply}`);
}

/** The item of a key. */
export async function rawItem(server: ServerAddress, key: string): Promise<RawItem> {
  const reply = await ask(server, Buffer.from(`get ${key}\r\n`), /END\r\n$/);
  const header = /^VALUE \S+ (\d+) (\d+)\r\n/.exec(reply.toString('latin1'));
  if (header === null) throw new Error(`the server has no item ${key}`);
  const start = header[0].length;
  return { flags: Number(header[1]), data: reply.subarray(start, start + Number(header[2])) };
}

async function ask(server: ServerAddress, request: Uint8Array, end: RegExp): Promise<Buffer> {
  const socket = connect({ host: server.host ?? '127.0.0.1', port: server.port ?? 11211 });
  try {
    await once(socket, 'connect');
    socket.write(request);
    let reply = Buffer.alloc(0);
    for await (const bytes of socket) {
      reply = Buffer.concat([reply, bytes as Buffer]);
      if (end.test(reply.toString('latin1'))) break;
    }
    return reply;
  } finally {
    socket.destroy();
  }
}

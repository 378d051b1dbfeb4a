import { connect, type Socket } from 'node:net';

/** How bytes come out of the socket: into one buffer that is used again, or as a fresh chunk an event. */
export type ReadStyle = 'one-buffer' | 'data-events';

const READ_BUFFER_BYTES = 65_536;

/** A socket that writes prebuilt bytes and counts what comes back. Nothing is parsed, nothing kept. */
export interface DrainedSocket {
  /** Writes the bytes; resolves when exactly `replyBytes` have come back. */
  exchange(request: Buffer, replyBytes: number): Promise<void>;
  /** The same, and returns the bytes that came back. */
  capture(request: Buffer, replyBytes: number): Promise<string>;
  close(): void;
}

interface Waiting {
  owed: number;
  captured: Buffer[] | undefined;
  resolve: () => void;
  reject: (error: Error) => void;
}

const nothing = (): void => undefined;

/** Opens a socket on `host:port`, without Nagle's delay. */
export async function openDrainedSocket(server: string, style: ReadStyle): Promise<DrainedSocket> {
  const waiting: Waiting = { owed: 0, captured: undefined, resolve: nothing, reject: nothing };
  const socket = await openSocket(server, style, waiting);
  socket.on('error', (error) => waiting.reject(error));
  socket.on('close', () => waiting.reject(new Error('The server closed the connection.')));
  const exchange = (request: Buffer, replyBytes: number): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.owed = replyBytes;
      waiting.resolve = resolve;
      waiting.reject = reject;
      socket.write(request);
    });
  return {
    exchange,
    capture: async (request, replyBytes) => {
      const captured: Buffer[] = [];
      waiting.captured = captured;
      await exchange(request, replyBytes);
      waiting.captured = undefined;
      return Buffer.concat(captured).toString('latin1');
    },
    close: () => socket.destroy(),
  };
}

function openSocket(server: string, style: ReadStyle, waiting: Waiting): Promise<Socket> {
  const { hostname, port } = new URL(`tcp://${server}`);
  const address = { host: hostname, port: Number(port), noDelay: true };
  return new Promise((resolve, reject) => {
    const opened = (): void => resolve(socket);
    const socket =
      style === 'one-buffer' ? connectReading(address, waiting, opened) : connect(address, opened);
    if (style === 'data-events') socket.on('data', (chunk) => drain(waiting, chunk.length, chunk));
    socket.once('error', reject);
  });
}

function connectReading(
  address: { host: string; port: number; noDelay: boolean },
  waiting: Waiting,
  opened: () => void,
): Socket {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    callback: (bytes: number, buffer: Uint8Array): boolean => {
      drain(waiting, bytes, buffer);
      return true;
    },
  };
  return connect({ ...address, onread }, opened);
}

function drain(waiting: Waiting, bytes: number, buffer: Uint8Array): void {
  waiting.owed -= bytes;
  if (waiting.captured !== undefined) waiting.captured.push(Buffer.from(buffer.subarray(0, bytes)));
  if (waiting.owed === 0) waiting.resolve();
  else if (waiting.owed < 0) waiting.reject(new Error('The server sent more bytes than were owed.'));
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CacheHandle, type Launch, startCacheProcess } from '../../src/adapters/cache-handle.js';
import { CLIENT, KEYV_JSON } from '../../src/adapters/cache-subject.js';

const PROGRAM = fileURLToPath(new URL('../../src/adapters/cache-process.ts', import.meta.url));
const FROM_SOURCE = ['--import', 'tsx', '--conditions=@mc/source'];
const TIMEOUT = 120_000;
/** Kept by number of connection, so that all can be ended. */
const sockets = new Set<Socket>();
/** What it answers to whatever it is sent; nothing where it is empty. */
const reply = { text: '' };
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => {}).on('data', () => void (reply.text !== '' && socket.write(reply.text)));
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

function address(): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function subject(name: string, value = 'object'): Launch {
  const execArgv = FROM_SOURCE;
  return {
    title: name,
    program: PROGRAM,
    args: [name, address(), value],
    execPath: process.execPath,
    execArgv,
  };
}

/** A program that says that it is ready, and then does this with each order. */
function program(onMessage: string): Launch {
  const url = `data:text/javascript,${encodeURIComponent(`process.on('message', () => { ${onMessage} }); process.send({});`)}`;
  const execArgv = ['--import', url];
  return { title: 'a program', program: '-', args: [], execPath: process.execPath, execArgv };
}

async function rejection(handle: CacheHandle): Promise<string> {
  try {
    await handle.measure({ load: 'get', milliseconds: 1 });
    return 'none';
  } catch (error) {
    return (error as Error).message;
  } finally {
    handle.stop();
  }
}

describe('the process of a subject', () => {
  it('says why it could not begin', { timeout: TIMEOUT }, async () => {
    reply.text = 'nonsense\r\n';
    for (const name of [KEYV_JSON, CLIENT]) {
      await expect(startCacheProcess(subject(name))).rejects.toThrow(
        /^@mc\/(adapter-keyv: a value was not stored \(|memcached: )the server sent a line that is no reply\)?$/,
      );
    }
    await expect(startCacheProcess(subject('nobody'))).rejects.toThrow('nobody: there is no subject nobody');
  });

  it('ends when its parent is gone, in the middle of whatever it does', { timeout: TIMEOUT }, async () => {
    reply.text = '';
    const connected = once(server, 'connection');
    const child: ChildProcess = fork(PROGRAM, [CLIENT, address(), 'object'], {
      execArgv: FROM_SOURCE,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit');
    await connected;
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  });
});

describe('a process seen from its parent', () => {
  it('rejects with the reason of a round', { timeout: TIMEOUT }, async () => {
    const handle = await startCacheProcess(program(`process.send({ failed: 'a wrong value' })`));
    expect(await rejection(handle)).toBe('a program: a wrong value');
  });

  it('rejects when the process ends before it is ready, in a round, or was gone before', {
    timeout: TIMEOUT,
  }, async () => {
    await expect(
      startCacheProcess({ ...program(''), execArgv: ['--import', 'data:text/javascript,process.exit(5)'] }),
    ).rejects.toThrow('a program: its process ended (code 5)');
    const handle = await startCacheProcess(program('process.exit(6)'));
    expect(await rejection(handle)).toBe('a program: its process ended (code 6)');
    expect(await rejection(handle)).toBe('a program: its process ended (code 6)');
  });
});

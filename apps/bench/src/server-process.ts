import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { pinned } from './pinning.js';

const START_MILLISECONDS = 10_000;

/** A server started for this run, on a free port of the loopback interface. */
export interface ServerProcess {
  readonly address: string;
  /** Empties it. */
  flush(): Promise<void>;
  stop(): void;
}

/** Starts memcached with one worker thread, because everything it gets is one processor. */
export async function startMemcached(binary: string, cpu: number | undefined): Promise<ServerProcess> {
  const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : [];
  const memory = ['-m', '1024', '-I', '2m'];
  return start(binary, cpu, 'flush_all\r\n', (port) => {
    return ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-t', '1', '-c', '256', ...memory, ...asRoot];
  });
}

/** Starts redis-server without persistence. */
export async function startRedis(binary: string, cpu: number | undefined): Promise<ServerProcess> {
  return start(binary, cpu, 'FLUSHALL\r\n', (port) => {
    return ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  });
}

/** The first line a program prints for `flag`, such as its version. */
export function versionLine(binary: string, flag: string): string {
  return execFileSync(binary, [flag], { encoding: 'utf8' }).split('\n')[0] ?? '';
}

async function start(
  binary: string,
  cpu: number | undefined,
  flushCommand: string,
  argumentsFor: (port: number) => string[],
): Promise<ServerProcess> {
  const port = await freePort();
  const [command, args] = pinned(cpu, binary, argumentsFor(port));
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  await untilListening(port, child);
  return { address: `127.0.0.1:${port}`, flush: () => send(port, flushCommand), stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_MILLISECONDS;
  for (;;) {
    try {
      await send(port, '');
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error('A server ended while it started.');
      if (performance.now() > deadline) throw new Error('A server did not start in time.', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Connects, sends a command if there is one, and waits for a first answer to it. */
function send(port: number, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (): void => {
      socket.destroy();
      resolve();
    };
    socket.on('error', reject);
    if (command === '') socket.once('connect', finish);
    else socket.once('data', finish).write(command);
  });
}

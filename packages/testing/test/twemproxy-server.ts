import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerAddress } from '@mc/core';

/** Where the scripts of a checkout put a twemproxy of their own. */
const IN_CHECKOUT = join('.tools', 'twemproxy', 'nutcracker');
const START_DEADLINE_MS = 30_000;
const POLL_MS = 5;
const ATTEMPTS = 3;

/** How {@link startTwemproxy} sets up its one pool, in the words of its configuration. */
export interface TwemproxyOptions {
  /** `host:port:weight`, with a name behind it if one is to stand for it on the ring. */
  readonly servers: readonly string[];
  readonly distribution: string;
  readonly hash: string;
  /** The two characters between which the part of a key stands that is hashed. */
  readonly hashTag?: string;
}

/** A twemproxy that listens on a unix socket and belongs to the caller. */
export interface Twemproxy extends AsyncDisposable {
  /** Goes into `servers` of a client as it is. */
  readonly address: ServerAddress;
}

/**
 * False where `MC_NO_TWEMPROXY=1` says that there is no twemproxy: suites that need one are then not registered.
 * Otherwise true, and {@link startTwemproxy} fails if it finds none.
 */
export function expectsTwemproxy(): boolean {
  return process.env.MC_NO_TWEMPROXY !== '1';
}

/** `TWEMPROXY_BIN`, else the one that this checkout brought, else the one on `PATH`. */
function findTwemproxy(): string {
  const named = process.env.TWEMPROXY_BIN;
  if (named !== undefined && named !== '') return named;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const brought = join(folder, IN_CHECKOUT);
    if (existsSync(brought)) return brought;
    if (folder === dirname(folder)) return 'nutcracker';
  }
}

/** Starts a twemproxy and waits until it accepts connections. It ends with `await using`, and with this process. */
export async function startTwemproxy(options: TwemproxyOptions): Promise<Twemproxy> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(options);
    } catch (error) {
      // Another process may have taken the port that was free a moment before.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function start(options: TwemproxyOptions): Promise<Twemproxy> {
  const folder = mkdtempSync(join(tmpdir(), 'twemproxy-'));
  const path = join(folder, 'socket');
  const configuration = join(folder, 'pool.yml');
  const log = join(folder, 'log');
  writeFileSync(configuration, poolOf(options, path));
  const own = ['-c', configuration, '-o', log, '-p', join(folder, 'pid')];
  // It insists on a port for its counters, and reports no port that it took by itself.
  const child = spawn(findTwemproxy(), [...own, '-a', '127.0.0.1', '-s', String(await freePort())], {
    stdio: 'ignore',
  });
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  const ended = once(child, 'exit');
  ended.catch(() => {});
  try {
    await Promise.race([untilItAccepts(child, path), failure(ended, log)]);
  } catch (error) {
    process.removeListener('exit', stop);
    stop();
    throw error;
  }
  return {
    address: { path },
    [Symbol.asyncDispose]: async () => {
      process.removeListener('exit', stop);
      stop();
      await ended;
    },
  };
}

function poolOf({ servers, distribution, hash, hashTag }: TwemproxyOptions, path: string): string {
  const lines = [
    'pool:',
    `  listen: ${path} 0700`,
    `  hash: ${hash}`,
    `  distribution: ${distribution}`,
    ...(hashTag === undefined ? [] : [`  hash_tag: "${hashTag}"`]),
    '  timeout: 20000',
    '  auto_eject_hosts: false',
    '  servers:',
    ...servers.map((server) => `   - ${server}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function failure(ended: Promise<unknown>, log: string): Promise<never> {
  await ended;
  throw new Error(
    `twemproxy ended instead of listening\n${existsSync(log) ? readFileSync(log, 'utf8') : ''}`,
  );
}

async function untilItAccepts(child: ChildProcess, path: string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (child.exitCode === null && !(await accepts(connect({ path })))) {
    if (performance.now() > deadline) throw new Error('twemproxy did not listen in time');
    await wait(POLL_MS);
  }
}

async function accepts(socket: Socket): Promise<boolean> {
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

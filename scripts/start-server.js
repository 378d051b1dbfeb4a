/**
 * A real memcached on a free port of the loopback interface.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For a busy machine, in milliseconds. */
const startDeadline = 60_000;

/** @param {number} port */
async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * @param {string} file where memcached writes which port it took
 * @returns {number} 0 while it has not
 */
function portIn(file) {
  return existsSync(file) ? Number(/^TCP INET: (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) : 0;
}

/**
 * @param {string} binary
 * @returns {Promise<{ address: string, stop: () => void }>} once it takes connections
 */
export async function startServer(binary) {
  const folder = mkdtempSync(join(tmpdir(), 'memcached-'));
  const portFile = join(folder, 'port');
  const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : [];
  // -p -1 takes a free port; one that was looked for before might be taken by others meanwhile.
  const args = ['-l', '127.0.0.1', '-p', '-1', '-U', '0', ...asRoot];
  const env = { ...process.env, MEMCACHED_PORT_FILENAME: portFile };
  const server = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  try {
    const deadline = Date.now() + startDeadline;
    while (portIn(portFile) === 0 || !(await accepts(portIn(portFile)))) {
      if (server.exitCode !== null || Date.now() > deadline) {
        server.kill();
        throw new Error('memcached did not start.');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { address: `127.0.0.1:${portIn(portFile)}`, stop: () => server.kill() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

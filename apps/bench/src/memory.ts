import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findMemcached } from './find-program.js';
import { MEMORY_CHECKS } from './memory-check.js';
import { startMemcached } from './server-process.js';

const PROGRAM = fileURLToPath(new URL('./memory-process.js', import.meta.url));

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exit(await main());

/** Runs every memory check of @mc/memcached in a process of its own; 0 when all stay within their bounds. */
async function main(): Promise<number> {
  const binary = findMemcached();
  if (binary === undefined) {
    process.stdout.write('No memcached found: set MEMCACHED_BIN, put one on PATH, or run `npm test` once.\n');
    return 1;
  }
  const server = await startMemcached(binary, undefined);
  const codes: number[] = [];
  for (const { id } of MEMORY_CHECKS) codes.push(await runCheck(id, server.address));
  return codes.every((code) => code === 0) ? 0 : 1;
}

async function runCheck(id: string, address: string): Promise<number> {
  const { NODE_OPTIONS: _dropped, ...env } = process.env;
  const child = fork(PROGRAM, [id, address], { execArgv: ['--expose-gc'], env, stdio: 'inherit' });
  process.once('exit', () => child.kill('SIGKILL'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

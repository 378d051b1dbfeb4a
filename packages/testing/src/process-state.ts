import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 1;
const DEADLINE_MS = 5000;

/**
 * Waits until a process that was sent SIGSTOP has stopped: `kill` returns before every thread has noticed, and until
 * then the process may still answer.
 *
 * @throws Error where it does not stop within five seconds
 */
export async function untilStopped(pid: number): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isStopped(pid))) {
    if (performance.now() > deadline) throw new Error('the process did not stop');
    await wait(POLL_MS);
  }
}

async function isStopped(pid: number): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) {
    const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]);
    return stdout.trim().startsWith('T');
  }
  const threads = await readdir(tasks);
  const lines = await Promise.all(threads.map((thread) => readFile(`${tasks}/${thread}/stat`, 'latin1')));
  // proc(5): the state stands behind the name, which is in parentheses.
  return lines.every((line) => line.slice(line.lastIndexOf(')') + 2).startsWith('T'));
}

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pinned } from '../pinning.js';
import type { CaseAnswer, CaseOrder } from './case-process.js';
import type { CaseFigures } from './timing.js';

const PROGRAM = fileURLToPath(new URL('./case-process.js', import.meta.url));

/**
 * Measures one case in a process of its own: what ran before would leave shapes behind that change what the compiler
 * makes of it. Rejects when the case fails.
 */
export function runCase(
  order: CaseOrder,
  node: string,
  cpu: number | undefined,
): Promise<CaseFigures | undefined> {
  const { NODE_OPTIONS: _dropped, ...env } = process.env;
  const [execPath, execArgv] = pinned(cpu, node, []);
  const child = fork(PROGRAM, [JSON.stringify(order)], {
    execPath,
    execArgv,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  return new Promise((resolve, reject) => {
    child.once('message', (answer: CaseAnswer) => {
      if ('failed' in answer) reject(new Error(answer.failed));
      else resolve(answer.figures);
    });
    child.once('exit', () => {
      process.removeListener('exit', kill);
      reject(new Error('its process ended'));
    });
  });
}

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Report } from './attack-process.js';
import type { Outcome } from './outcome.js';
import type { Task } from './task.js';

const PROGRAM = fileURLToPath(new URL('./attack-process.ts', import.meta.url));
const FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** Sources are run as they are, whatever this process was started with. */
const NODE_FLAGS = ['--import', 'tsx', '--conditions=@mc/source'];

/** Attacks a target in a process of its own, which may die without taking this one with it. */
export function runTarget(task: Task, onProgress: (index: number) => void = () => {}): Promise<Outcome> {
  const child = fork(PROGRAM, [JSON.stringify(task)], {
    cwd: FOLDER,
    execArgv: NODE_FLAGS,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const started = performance.now();
  return new Promise((resolve) => {
    let index = task.first;
    child.on('message', (report: Report) => {
      if ('outcome' in report) return resolve(report.outcome);
      index = report.index;
      onProgress(index);
    });
    child.once('exit', (code, signal) => {
      process.removeListener('exit', kill);
      const reason = `the process ended with ${signal ?? `code ${code}`} some time after input ${index}`;
      resolve(deadOutcome(task, reason, index, (performance.now() - started) / 1000));
    });
  });
}

function deadOutcome(task: Task, reason: string, index: number, seconds: number): Outcome {
  const tally = { valid: 0, accepted: 0, refused: 0, slowestMs: 0 };
  const failure = { kind: 'process died', reason, index } as const;
  return { name: task.target, tally, seconds, startMib: 0, peakMib: 0, failure };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CacheAnswer, CacheRound } from './cache-process.js';
import type { CacheFigures } from './measure-load.js';

const READY_MILLISECONDS = 30_000;
/** Over the round's own length: a subject that hangs must not hang the run. */
const GRACE_MILLISECONDS = 20_000;

/** The process to start. */
export interface Launch {
  /** Stands before the reason when it fails. */
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

/** The process of a subject, seen from its parent. */
export interface CacheHandle {
  /** Rejects with the reason where the round fails, the process ends, or nothing comes back in time. */
  measure(round: CacheRound): Promise<CacheFigures>;
  stop(): void;
}

/** Starts a process and waits until it is ready. Where it rejects, the process is stopped. */
export async function startCacheProcess(launch: Launch): Promise<CacheHandle> {
  const { title, program, args, execPath, execArgv } = launch;
  // A loader or a condition of the parent would measure another program.
  const { NODE_OPTIONS: _dropped, ...env } = process.env;
  const child = fork(program, args, {
    execPath,
    execArgv: [...execArgv],
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  const stop = (): void => {
    process.removeListener('exit', kill);
    kill();
  };
  process.once('exit', kill);
  try {
    await answerOf(child, title, READY_MILLISECONDS);
  } catch (error) {
    stop();
    throw error;
  }
  const measure = async (round: CacheRound): Promise<CacheFigures> => {
    const answer = answerOf(child, title, round.milliseconds + GRACE_MILLISECONDS);
    if (child.connected) child.send(round);
    return (await answer).figures as CacheFigures;
  };
  return { measure, stop };
}

/** The next message of a process. */
async function answerOf(
  child: ChildProcess,
  title: string,
  milliseconds: number,
): Promise<{ readonly figures?: CacheFigures }> {
  const ending = new AbortController();
  const ended = (): void =>
    ending.abort(`its process ended (${child.signalCode ?? `code ${child.exitCode}`})`);
  const timer = setTimeout(() => ending.abort('it did not answer in time'), milliseconds);
  child.once('exit', ended);
  if (child.exitCode !== null || child.signalCode !== null) ended();
  try {
    const [answer] = (await once(child, 'message', { signal: ending.signal })) as [CacheAnswer];
    if ('failed' in answer) throw new Error(answer.failed);
    return answer;
  } catch (error) {
    const reason: unknown = ending.signal.aborted ? ending.signal.reason : (error as Error).message;
    throw new Error(`${title}: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
    child.off('exit', ended);
  }
}

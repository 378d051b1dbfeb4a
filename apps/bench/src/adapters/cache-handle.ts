import type { ChildProcess } from 'node:child_process';
import { forkProgram, nextMessage } from '../child-process.js';
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
  const child = forkProgram(program, args, [execPath, execArgv]);
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

/** The next answer of a process. @throws Error with the title of what it measures */
async function answerOf(
  child: ChildProcess,
  title: string,
  milliseconds: number,
): Promise<{ readonly figures?: CacheFigures }> {
  try {
    const answer = await nextMessage<CacheAnswer>(child, milliseconds);
    if ('failed' in answer) throw new Error(answer.failed);
    return answer;
  } catch (cause) {
    throw new Error(`${title}: ${(cause as Error).message}`, { cause });
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Forks a program. NODE_OPTIONS and the parent's own flags stay out: they would measure another program. */
export function forkProgram(
  program: string,
  args: readonly string[],
  [execPath, execArgv]: readonly [string, readonly string[]],
): ChildProcess {
  const { NODE_OPTIONS: _dropped, ...env } = process.env;
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  return fork(program, args, { execPath, execArgv: [...execArgv], env, stdio: [...stdio] });
}

/** The next message of a process. Rejects with what kept it from coming: the end of the process, or of the time. */
export async function nextMessage<T>(child: ChildProcess, milliseconds: number): Promise<T> {
  const ending = new AbortController();
  const ended = (): void =>
    ending.abort(`its process ended (${child.signalCode ?? `code ${child.exitCode}`})`);
  const timer = setTimeout(() => ending.abort('it did not answer in time'), milliseconds);
  child.once('exit', ended);
  if (!child.connected) ended();
  try {
    const [message] = (await once(child, 'message', { signal: ending.signal })) as [T];
    return message;
  } catch (cause) {
    throw ending.signal.aborted ? new Error(String(ending.signal.reason), { cause }) : cause;
  } finally {
    clearTimeout(timer);
    child.off('exit', ended);
  }
}

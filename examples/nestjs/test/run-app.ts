import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The program in a process of its own. */
export interface RunningApp {
  readonly url: string;
  /** What it has printed so far. */
  output(): string;
  /** Sends SIGTERM; resolves to the signal or the exit code with which it ended. */
  end(): Promise<string | number>;
}

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const DEADLINE_MS = 30_000;

/** Starts `src/main.ts` as `npm start` does, and waits until it listens. */
export async function runApp(env: Readonly<Record<string, string>>): Promise<RunningApp> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@mc/source', 'src/main.ts'], {
    cwd: FOLDER,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const listening = /listening on (?<url>\S+)/.exec(output)?.groups?.url;
        if (listening !== undefined) resolve(listening);
      });
    }
    ended.then(() => reject(new Error(`the program ended: ${output}`)));
  });
  return {
    url,
    output: () => output,
    end: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      return signal ?? code ?? 'unknown';
    },
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a run of the tour ended. */
export interface TourRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** Runs the tour as `npm start` does, its output piped. */
export async function runTourProcess(servers: string | undefined): Promise<TourRun> {
  const { MEMCACHED_SERVERS: _, ...rest } = process.env;
  const env = servers === undefined ? rest : { ...rest, MEMCACHED_SERVERS: servers };
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@mc/source', 'src/tour.ts'], {
    cwd: FOLDER,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

import { spawn } from 'node:child_process';

/** How a program ended: its code is `null` where it had to be killed. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly output: string;
  /** From its first output to its end, in milliseconds. */
  readonly lastedMs: number;
}

const DEADLINE_MS = 30_000;
const ARGUMENTS = ['--import', 'tsx', '--conditions=@mc/source', '--unhandled-rejections=strict'];

/** Runs an ES module of this workspace in a process of its own. */
export async function runProgram(source: string): Promise<ProgramEnd> {
  const child = spawn(process.execPath, [...ARGUMENTS, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let output = '';
  let start = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') start = performance.now();
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, output, lastedMs: performance.now() - start };
}

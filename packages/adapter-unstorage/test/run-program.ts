import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly output: string;
}

const DEADLINE_MS = 30_000;

/** Runs an ES module that finds the package by its name, in a process of its own, and kills it (code `null`) at a deadline. */
export async function runProgram(source: string): Promise<ProgramEnd> {
  const args = [
    '--import',
    'tsx',
    '--conditions=@mc/source',
    '--unhandled-rejections=strict',
    '--input-type=module',
  ];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, [...args, '-e', source], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, output };
}

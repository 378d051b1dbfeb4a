import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
mkdirSync(join(ROOT, '.tools'), { recursive: true });
/** Within the top folder, so that it finds the packages as a user's file does. */
const folder = mkdtempSync(join(ROOT, '.tools/host-types-'));

const OPTIONS = {
  extends: join(ROOT, 'tsconfig.base.json'),
  // The host's own declarations need every driver's library.
  compilerOptions: { noEmit: true, types: ['node'], skipLibCheck: true },
  include: ['*.ts'],
};

const FITS = `import memcachedDriver, { memcachedDriver as named } from '@mc/adapter-unstorage';
import { builtinDrivers, createStorage, type Driver, type Storage } from 'unstorage';
const driver: Driver = memcachedDriver({ servers: 'localhost', base: 'cache', ttl: 60 });
export const storage: Storage = createStorage({ driver });
storage.mount('users', named('localhost'));
export const factory: (options: { base: string; driver: string }) => Driver = memcachedDriver;
export const failures: number = named().failures;
export const names: string[] = Object.keys(builtinDrivers);
`;

/** What the compiler says of a program. */
async function complaints(source: string): Promise<string> {
  writeFileSync(join(folder, 'program.ts'), source);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false']);
  return run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

describe('the driver’s types', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are those that unstorage declares', { timeout: 120_000 }, async () => {
    expect(await complaints(FITS)).toBe('');
  });

  it('are checked by this test', { timeout: 120_000 }, async () => {
    expect(await complaints(`${FITS}\nnamed({ base: 7 });`)).toMatch(/base|number/);
  });
});

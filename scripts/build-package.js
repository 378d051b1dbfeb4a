/**
 * Builds the package in the working folder: declarations with their docs, code without comments.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, runMain } from './run-command.js';

const cwd = process.cwd();

/** Removes what no longer has a source, so that a renamed file is not published twice. */
function removeStale() {
  const dist = join(cwd, 'dist');
  if (!existsSync(join(dist, 'index.d.ts'))) {
    // The compiler trusts what it noted about its last run, even when the files are gone.
    rmSync(join(cwd, 'tsconfig.tsbuildinfo'), { force: true });
  }
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = join(cwd, 'src', file.replace(/(\.d\.ts|\.js)$/, '.ts'));
    if (!existsSync(source)) rmSync(join(dist, file), { recursive: true, force: true });
  }
}

await runMain(async () => {
  removeStale();
  const checked = await runCommand('tsc', ['-b'], { cwd });
  if (checked.code !== 0) return checked.code;
  // The compiler can leave out all comments or none; users need those in the declarations, nobody those in the code.
  const codeOnly = ['composite', 'incremental', 'declaration', 'isolatedDeclarations'];
  const flags = codeOnly.flatMap((name) => [`--${name}`, 'false']);
  const emitted = await runCommand('tsc', ['-p', '.', ...flags, '--removeComments'], { cwd });
  return emitted.code;
});

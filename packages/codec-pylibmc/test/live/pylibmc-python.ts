import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the scripts of a checkout put a Python of their own. */
const IN_CHECKOUT = join('.tools', 'pylibmc', 'python3');

/**
 * The Python to run pylibmc in: `MC_PYTHON`, else the one that this checkout brought, else the one on `PATH`, which
 * may turn out not to have it.
 */
export function findPylibmc(): string {
  const named = process.env.MC_PYTHON;
  if (named !== undefined && named !== '') return named;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const brought = join(folder, IN_CHECKOUT);
    if (existsSync(brought)) return brought;
    if (folder === dirname(folder)) return 'python3';
  }
}

/**
 * False where `MC_NO_PYLIBMC=1` says that there is no Python with pylibmc: suites that need one are then not
 * registered. Otherwise true, and starting it fails where there is none.
 */
export function expectsPylibmc(): boolean {
  return process.env.MC_NO_PYLIBMC !== '1';
}

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where the scripts of a checkout put a memcached of their own. */
const FOLDER_IN_CHECKOUT = join('.tools', 'memcached');

/**
 * The path of a real memcached: `MEMCACHED_BIN`, else the first one on `PATH`, else the one that a checkout of this
 * project brought into `.tools/memcached`; `undefined` where there is none.
 */
export function findMemcached(): string | undefined {
  const named = process.env.MEMCACHED_BIN;
  if (named !== undefined && named !== '') return named;
  return [...candidatesOnPath(), ...candidatesInCheckout()].find(isProgram);
}

/**
 * False where `MC_NO_MEMCACHED=1` says that there is no real memcached: suites that need one are then not
 * registered. Otherwise true, and {@link startMemcached} fails if it finds none.
 */
export function expectsMemcached(): boolean {
  return process.env.MC_NO_MEMCACHED !== '1';
}

function candidatesOnPath(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => folder !== '').map((folder) => join(folder, 'memcached'));
}

/** Tests run in the top folder of a checkout or in that of a package, so the parents are looked at too. */
function candidatesInCheckout(): string[] {
  const found: string[] = [];
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    found.push(join(folder, FOLDER_IN_CHECKOUT, 'memcached'));
    if (folder === dirname(folder)) return found;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Finds a real memcached for the tests, or brings Debian's own package into `.tools/memcached` without root
 * and without touching the system.
 */
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { openApt } from './apt-packages.js';
import { toolsFolder } from './clone.js';
import { runCommand } from './run-command.js';

const folder = join(toolsFolder, 'memcached');

/** Starts the unpacked memcached with the libraries unpacked beside it. */
const wrapper = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
for libraries in "$here"/files/usr/lib/* "$here"/files/lib/*; do
  if [ -d "$libraries" ]; then
    LD_LIBRARY_PATH=$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  fi
done
export LD_LIBRARY_PATH
exec "$here/files/usr/bin/memcached" "$@"
`;

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {string} name
 * @returns {string | undefined} the path of a program on PATH
 */
function findOnPath(name) {
  const parts = (process.env.PATH ?? '').split(delimiter).filter((part) => part !== '');
  return parts.map((part) => join(part, name)).find(isExecutable);
}

/** @param {string} binary */
async function runs(binary) {
  const { code, stdout } = await runCommand(binary, ['-V'], { output: 'collect' });
  return code === 0 && stdout.startsWith('memcached ');
}

/**
 * Unpacks memcached and those of its libraries that the system does not have.
 *
 * @param {string} work
 */
async function unpackMemcached(work) {
  const files = join(work, 'memcached', 'files');
  mkdirSync(files, { recursive: true });
  const binary = join(work, 'memcached', 'memcached');
  writeFileSync(binary, wrapper);
  chmodSync(binary, 0o755);
  const apt = await openApt(join(work, 'apt'), files);
  await apt.unpack(['memcached']);
  const seen = new Set(['memcached']);
  let latest = ['memcached'];
  // Each round brings the libraries of the packages before it, until nothing is missing.
  while (!(await runs(binary))) {
    const wanted = (await Promise.all(latest.map((name) => apt.libraries(name)))).flat();
    latest = [...new Set(wanted)].filter((name) => !seen.has(name));
    if (latest.length === 0) throw new Error('the memcached of the package does not run here');
    for (const name of latest) seen.add(name);
    await apt.unpack(latest);
  }
}

/** @returns {Promise<string | undefined>} the unpacked memcached, or nothing where it cannot be had */
async function bringMemcached() {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) return undefined;
  console.log("No memcached here: bringing Debian's package into .tools/memcached (up to a minute) ...");
  const work = join(toolsFolder, `memcached-work-${process.pid}`);
  try {
    await unpackMemcached(work);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'memcached'), folder);
    return join(folder, 'memcached');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Looks at MEMCACHED_BIN, then on PATH, then in `.tools/memcached`, and brings it there where it can.
 *
 * @returns {Promise<string | undefined>} the path of a memcached that runs
 * @throws when MEMCACHED_BIN is set to something that is not memcached
 */
export async function provideMemcached() {
  const named = process.env.MEMCACHED_BIN;
  if (named !== undefined && named !== '') {
    if (await runs(named)) return named;
    throw new Error(`MEMCACHED_BIN is ${named}, which does not run as memcached.`);
  }
  for (const binary of [findOnPath('memcached'), join(folder, 'memcached')]) {
    if (binary !== undefined && isExecutable(binary) && (await runs(binary))) return binary;
  }
  return bringMemcached();
}

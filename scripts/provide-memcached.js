/**
 * A real memcached for the tests.
 */
import { findOnPath, provideProgram } from './debian-program.js';
import { runCommand } from './run-command.js';

/** @type {import('./debian-program.js').Program} */
const memcached = {
  title: 'memcached',
  folder: 'memcached',
  file: 'memcached',
  variable: 'MEMCACHED_BIN',
  onSystem: () => [findOnPath('memcached')],
  debianPackage: 'memcached',
  start: 'exec "$here/files/usr/bin/memcached" "$@"\n',
  async runs(path) {
    const { code, stdout } = await runCommand(path, ['-V'], { output: 'collect' });
    return code === 0 && stdout.startsWith('memcached ');
  },
};

/**
 * Looks at MEMCACHED_BIN, then on PATH, then in `.tools/memcached`, and brings it there where it can.
 *
 * @returns {Promise<string | undefined>} the path of a memcached that runs
 * @throws when MEMCACHED_BIN is set to something that is not memcached
 */
export function provideMemcached() {
  return provideProgram(memcached);
}

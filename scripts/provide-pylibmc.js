/**
 * A Python with pylibmc, the client whose caches are to be shared, for the tests that put it on the other side.
 */
import { findOnPath, provideProgram } from './debian-program.js';
import { runCommand } from './run-command.js';

/** What the tests' Python programs import: a module may be there without the library that it needs. */
const trial =
  'import pylibmc, ctypes, decimal, hashlib, json, random, uuid; print("pylibmc", pylibmc.libmemcached_version)';

/** @type {import('./debian-program.js').Program} */
const pylibmc = {
  title: 'Python with pylibmc',
  folder: 'pylibmc',
  file: 'python3',
  variable: 'MC_PYTHON',
  // A Python of the user's own often stands before the system's, and Debian's pylibmc is the system's.
  onSystem: () => [findOnPath('python3'), '/usr/bin/python3'],
  debianPackage: 'python3-pylibmc',
  start: `PYTHONHOME=$here/files/usr
PYTHONPATH=$here/files/usr/lib/python3/dist-packages
PYTHONNOUSERSITE=1
export PYTHONHOME PYTHONPATH PYTHONNOUSERSITE
exec "$here/files/usr/bin/python3" "$@"
`,
  async runs(path) {
    const { code, stdout } = await runCommand(path, ['-c', trial], { output: 'collect' });
    return code === 0 && stdout.startsWith('pylibmc ');
  },
};

/**
 * Looks at MC_PYTHON, then at the system's Python, then in `.tools/pylibmc`, and brings Debian's python3-pylibmc
 * there, with Python itself, where it can.
 *
 * @returns {Promise<string | undefined>} the path of a Python that has pylibmc
 * @throws when MC_PYTHON is set to something that has not
 */
export function providePylibmc() {
  return provideProgram(pylibmc);
}

/**
 * twemproxy (Debian calls it nutcracker), for the tests that put it between the client and its servers.
 */
import { findOnPath, provideProgram } from './debian-program.js';
import { runCommand } from './run-command.js';

/** @type {import('./debian-program.js').Program} */
const twemproxy = {
  title: 'twemproxy',
  folder: 'twemproxy',
  file: 'nutcracker',
  variable: 'TWEMPROXY_BIN',
  // Debian puts it where only root's PATH goes.
  onSystem: () => [findOnPath('nutcracker'), '/usr/sbin/nutcracker'],
  debianPackage: 'nutcracker',
  start: 'exec "$here/files/usr/sbin/nutcracker" "$@"\n',
  async runs(path) {
    // It tells its version on stderr.
    const { code, output } = await runCommand(path, ['-V'], { output: 'collect' });
    return code === 0 && /nutcracker-\d/.test(output);
  },
};

/**
 * Looks at TWEMPROXY_BIN, then on the system, then in `.tools/twemproxy`, and brings Debian's nutcracker there where
 * it can.
 *
 * @returns {Promise<string | undefined>} the path of a twemproxy that runs
 * @throws when TWEMPROXY_BIN is set to something that is not twemproxy
 */
export function provideTwemproxy() {
  return provideProgram(twemproxy);
}

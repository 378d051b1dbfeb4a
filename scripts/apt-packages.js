/**
 * Debian packages without root: lists, cache and state of our own, unpacked into a folder of ours.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, runCommand } from './run-command.js';

/**
 * Writes an apt configuration that reads the system's sources and proxies and writes only into `work`.
 * The system's hooks are cleared: some of them delete files of the system.
 *
 * @param {string} work
 * @returns {string} the file to name in APT_CONFIG
 */
function writeConfiguration(work) {
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'log', 'debs']) {
    mkdirSync(join(work, part), { recursive: true });
  }
  const system = '/etc/apt/apt.conf';
  const lines = [
    ...(existsSync(system) ? [`#include "${system}";`] : []),
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    `Dir::State "${join(work, 'state')}";`,
    `Dir::State::lists "${join(work, 'state', 'lists')}";`,
    `Dir::Cache "${join(work, 'cache')}";`,
    `Dir::Log "${join(work, 'log')}";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
  ];
  const last = join(work, 'last.conf');
  writeFileSync(last, `${lines.join('\n')}\n`);
  // apt reads APT_CONFIG first and its main file last, so what must win stands in the main file.
  const first = join(work, 'first.conf');
  writeFileSync(first, `Dir::Etc::main "${last}";\n`);
  return first;
}

/**
 * @typedef {object} AptFolder
 * @property {(names: readonly string[]) => Promise<void>} unpack downloads packages and unpacks them
 * @property {(names: readonly string[]) => Promise<string[]>} dependencies names of the libraries, and the parts of
 *   Python, that packages depend on
 */

/**
 * Reads the package lists of the system's sources into `work`.
 *
 * @param {string} work folder for everything apt writes
 * @param {string} target folder the packages are unpacked into
 * @returns {Promise<AptFolder>}
 */
export async function openApt(work, target) {
  const env = { APT_CONFIG: writeConfiguration(work), DEBIAN_FRONTEND: 'noninteractive' };
  const debs = join(work, 'debs');
  const collected = { cwd: debs, env, output: /** @type {const} */ ('collect') };
  // A source that cannot be reached is no reason to give up: the package may come from another.
  await runCommand('apt-get', ['update'], collected);
  return {
    async unpack(names) {
      await mustRun('apt-get', ['download', ...names], collected);
      for (const deb of readdirSync(debs)) {
        await mustRun('dpkg-deb', ['-x', join(debs, deb), target], collected);
        rmSync(join(debs, deb));
      }
    },
    async dependencies(names) {
      const text = await mustRun('apt-cache', ['show', '--no-all-versions', ...names], collected);
      const lines = [...text.matchAll(/^(?:Pre-)?Depends: (.*)$/gm)].map((match) => match[1] ?? '');
      // Of alternatives, the first is the one that Debian installs.
      const all = lines.flatMap((line) =>
        line.split(',').map((part) => part.trim().split(/[ :(|]/)[0] ?? ''),
      );
      return [...new Set(all)].filter((name) => /^(lib|python3)/.test(name) && name !== 'libc6');
    },
  };
}

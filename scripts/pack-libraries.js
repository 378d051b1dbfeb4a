/**
 * Packs the libraries that published packages depend on, from what is installed here, so that a check without a
 * network can install them as npm would.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { root, toolsFolder } from './clone.js';
import { mustRun } from './run-command.js';

/** @typedef {import('./pack-packages.js').Tarball} Tarball */

/**
 * @typedef {object} Library
 * @property {string} name
 * @property {string} path the packed file
 */

/**
 * The libraries that one of our packages brings with it.
 *
 * @param {Tarball} tarball
 * @returns {string[]}
 */
export function librariesOf({ manifest }) {
  return Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@mc/'));
}

/**
 * @param {readonly Tarball[]} tarballs our packages
 * @returns {Promise<Library[]>} every library of theirs
 */
export async function packLibraries(tarballs) {
  const libraries = new Map();
  // An adapter's libraries come with its host.
  for (const tarball of tarballs.filter(({ name }) => !name.includes('adapter-'))) {
    for (const name of librariesOf(tarball)) {
      if (!libraries.has(name)) libraries.set(name, await packLibrary(tarball, name));
    }
  }
  return [...libraries.values()];
}

/**
 * @param {Tarball} tarball the package that depends on it
 * @param {string} name
 * @returns {Promise<Library>}
 */
async function packLibrary(tarball, name) {
  const folder = tarball.name.replace('@mc/', '');
  const installed = realpathSync(join(root, 'packages', folder, 'node_modules', name));
  const target = join(toolsFolder, 'packed');
  const flags = ['--ignore-scripts', '--json', '--pack-destination', target];
  const report = JSON.parse(await mustRun('npm', ['pack', installed, ...flags], { output: 'collect' }));
  return { name, path: join(target, report[0].filename) };
}

/**
 * Packs every package that is published, as it is published.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root, toolsFolder } from './clone.js';
import { mustRun } from './run-command.js';

/**
 * @typedef {object} Tarball
 * @property {string} name name of the package
 * @property {string} path the packed file
 * @property {string[]} files paths inside it
 * @property {any} manifest the package.json inside it
 */

/** @returns {string[]} folders of the packages that are published, below the top of the clone */
export function publishedFolders() {
  return readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .filter((folder) => readJson(`${folder}/package.json`).private !== true);
}

/**
 * Packs what is in the dist folders, which must be built before.
 *
 * @returns {Promise<Tarball[]>}
 */
export async function packPackages() {
  const target = join(toolsFolder, 'packed');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const tarballs = [];
  for (const folder of publishedFolders()) {
    const cwd = join(root, folder);
    const { name, version } = readJson(`${folder}/package.json`);
    await mustRun('pnpm', ['pack', '--pack-destination', target], { cwd, output: 'collect' });
    const path = join(target, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    tarballs.push(await readTarball(name, path));
  }
  return tarballs;
}

/**
 * @param {string} name
 * @param {string} path
 * @returns {Promise<Tarball>}
 */
async function readTarball(name, path) {
  const list = await mustRun('tar', ['-tzf', path], { output: 'collect' });
  const text = await mustRun('tar', ['-xzOf', path, 'package/package.json'], { output: 'collect' });
  const files = list
    .trim()
    .split('\n')
    .map((file) => file.replace('package/', ''));
  return { name, path, files, manifest: JSON.parse(text) };
}

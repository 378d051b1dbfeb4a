/**
 * Shows on a copy what a release would do to the versions. Before 1.0 a minor must stay a minor, and a range
 * that still holds must stay as it is, or every release of core would be a major one of its peers.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './clone.js';
import { publishedFolders } from './pack-packages.js';
import { mustRun } from './run-command.js';

/** @param {string} folder */
function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * @param {string} version
 * @param {'patch' | 'minor'} bump
 */
function bumped(version, bump) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/**
 * Makes a release of a copy in which only @mc/core changed.
 *
 * @param {string} copy
 * @param {'patch' | 'minor'} bump
 */
async function releaseCopy(copy, bump) {
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  cpSync(join(root, 'pnpm-workspace.yaml'), join(copy, 'pnpm-workspace.yaml'));
  for (const parent of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, parent))) {
      const folder = join(parent, name);
      mkdirSync(join(copy, folder), { recursive: true });
      cpSync(join(root, folder, 'package.json'), join(copy, folder, 'package.json'));
    }
  }
  mkdirSync(join(copy, '.changeset'));
  cpSync(join(root, '.changeset', 'config.json'), join(copy, '.changeset', 'config.json'));
  writeFileSync(join(copy, '.changeset', 'planted.md'), `---\n'@mc/core': ${bump}\n---\n\nA change.\n`);
  await mustRun('changeset', ['version'], { cwd: copy, output: 'collect' });
}

/**
 * @param {'patch' | 'minor'} bump
 * @throws when a package gets another version, or a peer range changes
 */
async function checkBump(bump) {
  const copy = mkdtempSync(join(tmpdir(), 'mc-bump-'));
  try {
    await releaseCopy(copy, bump);
    for (const folder of publishedFolders()) {
      const before = readManifest(join(root, folder));
      const after = readManifest(join(copy, folder));
      const expected = bumped(before.version, bump);
      if (after.version !== expected) {
        throw new Error(`A ${bump} makes ${after.name} ${after.version}; expected ${expected}.`);
      }
      if (JSON.stringify(after.peerDependencies) !== JSON.stringify(before.peerDependencies)) {
        throw new Error(`A ${bump} changes the peer ranges of ${after.name}.`);
      }
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Checks a patch and a minor of one package. */
export async function checkVersionBump() {
  await checkBump('patch');
  await checkBump('minor');
  console.log('A patch stays a patch and a minor a minor, for all packages together.');
}

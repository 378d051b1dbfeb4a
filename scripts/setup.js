/**
 * Brings what the clone needs before anything in it can run: pnpm, then the dependencies.
 * Uses nothing but Node and npm, and writes nothing outside the clone. (pnpm keeps empty lock files in the
 * system's folder for temporary files; it has no setting for that.)
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, root, toolsFolder } from './clone.js';
import { mustRun, runCommand } from './run-command.js';

const stampFile = join(toolsFolder, 'installed');

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
}

/** @returns {string} a hash of everything that decides what is in node_modules */
function installStamp() {
  const manifests = ['packages', 'apps', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => join(parent, name, 'package.json'))
      .filter((file) => existsSync(join(root, file))),
  );
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${root}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests.sort()]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** @param {string} stamp */
function isInstalled(stamp) {
  return (
    existsSync(join(root, 'node_modules', '.modules.yaml')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === stamp
  );
}

/** Finds the pnpm that package.json names, or brings it through npm. */
async function providePnpm() {
  const version = String(readJson('package.json').packageManager).replace('pnpm@', '');
  // Asked outside the clone: older pnpm versions and corepack fetch another one when they see package.json.
  const found = await runCommand('pnpm', ['--version'], {
    cwd: tmpdir(),
    output: 'collect',
    env: { COREPACK_ENABLE_NETWORK: '0' },
  });
  if (found.code === 0 && found.stdout.trim() === version) return;
  console.log(`Bringing pnpm ${version} through npm into .tools/ (a few seconds) ...`);
  const folder = join(toolsFolder, 'pnpm');
  mkdirSync(folder, { recursive: true });
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--loglevel=error'];
  const args = ['install', '--prefix', folder, ...flags, `pnpm@${version}`];
  await mustRun('npm', args, { cwd: toolsFolder, output: 'collect' });
}

/** Makes the clone ready to run. Quick when nothing has changed since the last time. */
export async function setup() {
  checkNode();
  const stamp = installStamp();
  if (isInstalled(stamp)) return;
  await providePnpm();
  console.log('Installing the dependencies with pnpm (up to a minute the first time) ...');
  await mustRun('pnpm', ['install', '--frozen-lockfile'], { output: 'collect' });
  mkdirSync(toolsFolder, { recursive: true });
  writeFileSync(stampFile, stamp);
}

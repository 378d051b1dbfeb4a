/**
 * Installs the packed packages into empty projects with nothing else of ours, as users do, and runs them there.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './clone.js';
import { librariesOf, packLibraries } from './pack-libraries.js';
import { provideMemcached } from './provide-memcached.js';
import { mustRun, runCommand } from './run-command.js';
import { startServer } from './start-server.js';

/** @typedef {import('./pack-packages.js').Tarball} Tarball */
/** @typedef {import('./pack-libraries.js').Library} Library */

/** The quickstart's install must stay below this, in bytes. */
const quickstartLimit = 300 * 1024;

const quickstart = ['@mc/memcached', '@mc/core', '@mc/protocol', '@mc/transport-tcp', '@mc/codec-json'];

/**
 * The documented ways to combine the packages. `hosts` are what an adapter plugs into, from the registry.
 *
 * @type {{ title: string, packages: string[] | undefined, hosts?: string[], programs: string[], typed: string[], limit: number }[]}
 */
const combinations = [
  {
    title: 'the quickstart',
    packages: quickstart,
    programs: ['batteries.mjs', 'batteries.cjs'],
    typed: ['batteries.mts', 'batteries.cts'],
    limit: quickstartLimit,
  },
  {
    title: 'core, memory transport and JSON alone',
    packages: ['@mc/core', '@mc/protocol', '@mc/transport-memory', '@mc/codec-json'],
    programs: ['parts.mjs'],
    typed: ['parts.mts'],
    limit: 512 * 1024,
  },
  {
    title: 'MessagePack, zlib and LZ4',
    packages: [...quickstart, '@mc/codec-msgpack', '@mc/compression-zlib', '@mc/compression-lz4'],
    programs: ['compact.mjs', 'compact.cjs'],
    typed: ['compact.mts'],
    limit: 3 * 1024 * 1024,
  },
  {
    title: 'a cache shared with Python',
    packages: [...quickstart, '@mc/codec-pylibmc', '@mc/compression-zlib'],
    programs: ['python.mjs'],
    typed: ['python.mts'],
    limit: 512 * 1024,
  },
  {
    title: 'a migration from another client',
    packages: [...quickstart, '@mc/migration', '@mc/codec-pylibmc', '@mc/compression-zlib'],
    programs: ['migration.mjs'],
    typed: ['migration.mts'],
    limit: 512 * 1024,
  },
  ...['5.6.0', '6.1.0'].map((version) => ({
    title: `Keyv ${version}`,
    packages: [...quickstart, '@mc/adapter-keyv'],
    hosts: [`keyv@${version}`],
    programs: ['keyv.mjs', 'keyv.cjs'],
    typed: ['keyv.mts', 'keyv.cts'],
    limit: 8 * 1024 * 1024,
  })),
  ...[['cache-manager@7.2.9'], ['cache-manager@7.2.0', 'keyv@5.5.5']].map((hosts) => ({
    title: hosts.join(' and '),
    packages: [...quickstart, '@mc/adapter-keyv', '@mc/adapter-cache-manager'],
    hosts: [...hosts, 'cacheable@2.5.0'],
    programs: ['cache-manager.mjs', 'cache-manager.cjs'],
    typed: ['cache-manager.mts', 'cache-manager.cts'],
    limit: 8 * 1024 * 1024,
  })),
  {
    title: 'NestJS',
    packages: [...quickstart, '@mc/adapter-keyv', '@mc/adapter-cache-manager'],
    hosts: [
      ...['cache-manager@7.2.9', '@nestjs/cache-manager@12.0.0', '@nestjs/common@11.2.10'],
      // Nest's declarations need cacheable's: without them it takes anything for a store.
      ...['@nestjs/core@11.2.10', 'reflect-metadata@0.2.2', 'rxjs@7.8.2', 'cacheable@2.5.0'],
    ],
    programs: ['nest.mjs', 'nest.cjs'],
    typed: ['nest.mts', 'nest.cts'],
    limit: 64 * 1024 * 1024,
  },
  {
    title: 'unstorage and express-session',
    packages: [...quickstart, '@mc/adapter-unstorage', '@mc/adapter-express-session'],
    hosts: ['unstorage@1.17.6', 'express-session@1.19.0'],
    programs: ['hosts.mjs', 'hosts.cjs'],
    typed: ['hosts.mts', 'hosts.cts'],
    limit: 32 * 1024 * 1024,
  },
  {
    title: 'everything but the adapters, with the test doubles and no test runner,',
    packages: undefined,
    programs: ['testing.mjs'],
    typed: [],
    limit: 4 * 1024 * 1024,
  },
];

/** What a strict user compiles with: no types of Node, no DOM, declarations checked. */
const compilerOptions = {
  ...{ module: 'nodenext', target: 'es2023', lib: ['es2023'], types: [], strict: true, noEmit: true },
  ...{ exactOptionalPropertyTypes: true, skipLibCheck: false },
};

/** With hosts, whose declarations want Node's and are not ours to check. */
const hostCompilerOptions = { ...compilerOptions, types: ['node'], skipLibCheck: true };
const hostTypes = ['@types/node@20.19.43', '@types/express-session@1.19.0'];

/** @param {string} folder */
function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, s) => sum + (s.isFile() ? s.size : 0), 0);
}

/**
 * An empty project with the tarballs and their hosts installed by npm, as a user has them.
 *
 * @param {string} project
 * @param {Tarball[]} tarballs
 * @param {readonly string[]} hosts
 */
async function installWithHosts(project, tarballs, hosts) {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const paths = tarballs.map(({ path }) => path);
  await mustRun('npm', ['install', ...flags, ...paths, ...hosts], { cwd: project, output: 'collect' });
}

/**
 * An empty project with the tarballs installed by npm. Nothing is fetched: what is not in the tarballs is missing.
 *
 * @param {string} project
 * @param {Tarball[]} tarballs
 * @param {readonly Library[]} libraries
 */
async function installTarballs(project, tarballs, libraries) {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  // What is optional in a library is native code, which must not be needed.
  const flags = ['--offline', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const wanted = new Set(tarballs.flatMap(librariesOf));
  const used = libraries.filter(({ name }) => wanted.has(name));
  const paths = [...tarballs, ...used].map(({ path }) => path);
  await mustRun('npm', ['install', ...flags, ...paths], { cwd: project, output: 'collect' });
  const expected = [...tarballs.map(({ name }) => name).sort(), ...[...wanted].sort()];
  const installed = readdirSync(join(project, 'node_modules', '@mc')).map((name) => `@mc/${name}`);
  const others = readdirSync(join(project, 'node_modules')).filter(
    (name) => name !== '@mc' && name[0] !== '.',
  );
  if ([...installed.sort(), ...others.sort()].join() !== expected.join()) {
    throw new Error(
      `Installed were ${[...installed, ...others].join(', ')}; expected ${expected.join(', ')}.`,
    );
  }
}

/**
 * @param {string} project
 * @param {readonly string[]} typed
 * @param {object} options
 */
async function compile(project, typed, options) {
  const settings = { compilerOptions: options, files: typed };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(settings));
  const { code, output } = await runCommand('tsc', ['-p', '.'], { cwd: project, output: 'collect' });
  if (code !== 0) throw new Error(`A user's TypeScript does not compile:\n${output}`);
}

/**
 * The same TypeScript does for both module systems, where there is no other.
 *
 * @param {string} file
 */
function consumerOf(file) {
  const path = join(root, 'scripts', 'consumer', file);
  return existsSync(path) ? path : path.replace(/\.cts$/, '.mts');
}

/**
 * @param {(typeof combinations)[number]} combination
 * @param {Tarball[]} all
 * @param {readonly Library[]} libraries
 * @param {{ binary: string, server: string }} memcached a memcached, and the address of a running one
 */
async function checkCombination(combination, all, libraries, { binary, server }) {
  const { title, packages, hosts, programs, typed, limit } = combination;
  const project = mkdtempSync(join(tmpdir(), 'mc-consumer-'));
  try {
    const tarballs = all.filter(({ name }) => packages?.includes(name) ?? !name.includes('adapter-'));
    if (hosts === undefined) await installTarballs(project, tarballs, libraries);
    else await installWithHosts(project, tarballs, [...hosts, ...hostTypes]);
    for (const file of [...programs, ...typed]) cpSync(consumerOf(file), join(project, file));
    for (const program of programs) {
      const env = { MEMCACHED_BIN: binary, MEMCACHED_SERVER: server, NODE_OPTIONS: '', NODE_PATH: '' };
      await mustRun(process.execPath, [program], { cwd: project, env, output: 'collect' });
    }
    if (typed.length > 0) await compile(project, typed, hosts ? hostCompilerOptions : compilerOptions);
    const size = sizeOf(join(project, 'node_modules'));
    if (size >= limit) throw new Error(`Installing ${title} takes ${size} bytes; the limit is ${limit}.`);
    const checked = [...programs, ...typed].join(', ');
    console.log(`Installed alone, ${title} works (${checked}) and takes ${Math.ceil(size / 1024)} KiB.`);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/**
 * @param {Tarball[]} tarballs all packages
 */
export async function checkInstalls(tarballs) {
  const binary = await provideMemcached();
  if (binary === undefined)
    throw new Error('The packages are checked against a memcached, and there is none.');
  const libraries = await packLibraries(tarballs);
  const server = await startServer(binary);
  try {
    const memcached = { binary, server: server.address };
    for (const combination of combinations) {
      await checkCombination(combination, tarballs, libraries, memcached);
    }
  } finally {
    server.stop();
  }
}

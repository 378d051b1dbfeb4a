/**
 * Checks who imports whom (.dependency-cruiser.cjs), then shows on a copy with planted offences that the
 * check can fail: a tool that silently reads nothing would pass every time.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root, toolsFolder } from './clone.js';
import { runCommand, runMain } from './run-command.js';

/**
 * The parts of dependency-cruiser's report that are read here.
 *
 * @typedef {object} Report
 * @property {{ source: string }[]} modules
 * @property {{ violations: { from: string, to: string, rule: { name: string }, cycle?: { name: string }[] }[] }} summary
 */

/** Imports that must not be, each with the rule that has to find it. */
const offences = [
  { rule: 'no-circles', file: 'core/src/planted-one.ts', text: "import type {} from './planted-two.js';" },
  { rule: 'no-circles', file: 'core/src/planted-two.ts', text: "import type {} from './planted-one.js';" },
  { rule: 'layers-protocol', file: 'protocol/src/planted.ts', text: "import '../../core/src/index.js';" },
  { rule: 'front-door', file: 'protocol/src/planted.ts', text: "import '../../core/src/index.js';" },
  { rule: 'types-only-codec', file: 'codec-json/src/planted.ts', text: "import '@mc/core';" },
  { rule: 'types-only-compression', file: 'compression-lz4/src/planted.ts', text: "import '@mc/core';" },
  {
    rule: 'layers-migration',
    file: 'migration/src/planted.ts',
    text: "import '../../codec-json/src/index.js';",
  },
  { rule: 'no-node', file: 'codec-msgpack/src/planted.ts', text: "import 'node:zlib';" },
  { rule: 'no-node', file: 'core/src/planted-node.ts', text: "import 'node:net';" },
  { rule: 'no-node', file: 'transport-memory/src/planted.ts', text: "import type {} from 'node:net';" },
  {
    rule: 'no-app',
    file: 'memcached/src/planted.ts',
    text: "import '../../../apps/playground/src/tour.js';",
  },
  { rule: 'core-parts-apart', file: 'core/src/value/planted.ts', text: "import '../connection/planted.js';" },
  { rule: 'core-parts-apart', file: 'core/src/route/planted.ts', text: "import '../value/planted.js';" },
  { rule: 'core-parts-apart', file: 'core/src/connection/planted.ts', text: "import '../route/planted.js';" },
  { rule: 'core-parts-below', file: 'core/src/route/planted-up.ts', text: "import '../execute-planted.js';" },
  { rule: 'core-execute-below', file: 'core/src/execute-planted.ts', text: "import './client-planted.js';" },
  { rule: 'no-node', file: 'core/src/client-planted.ts', text: "import 'node:tls';" },
  { rule: 'resolvable', file: 'core/src/planted-lost.ts', text: "import './nowhere.js';" },
  { rule: 'declared-libraries', file: 'transport-tcp/src/planted.ts', text: "import 'vitest';" },
  { rule: 'no-libraries', file: 'core/src/planted-library.ts', text: "import 'vitest';" },
];

/**
 * @param {string} folder
 * @returns {string[]} the source folders below it
 */
function sourceFolders(folder) {
  return ['packages', 'apps', 'examples'].flatMap((parent) =>
    readdirSync(join(folder, parent))
      .map((name) => `${parent}/${name}/src`)
      .filter((path) => existsSync(join(folder, path))),
  );
}

/**
 * @param {string} folder
 * @returns {Promise<Report>}
 */
async function cruise(folder) {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...sourceFolders(folder)];
  const { stdout, output } = await runCommand('depcruise', args, { cwd: folder, output: 'collect' });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`dependency-cruiser gave no report:\n${output}`);
  }
}

/** @param {Report} report */
function checkNothingWasMissed(report) {
  const seen = new Set(report.modules.map(({ source }) => source));
  const files = sourceFolders(root).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
  const missed = files.filter((file) => !seen.has(file));
  if (files.length === 0) throw new Error('There are no sources to check.');
  if (missed.length > 0) throw new Error(`Not read by dependency-cruiser:\n  ${missed.join('\n  ')}`);
  return files.length;
}

/**
 * Copies the sources, plants the offences and cruises the copy.
 *
 * @param {string} copy
 */
async function cruiseOffences(copy) {
  rmSync(copy, { recursive: true, force: true });
  const settings = ['package.json', 'tsconfig.base.json', '.dependency-cruiser.cjs'];
  for (const part of ['packages', 'apps', 'examples', ...settings]) {
    const filter = (/** @type {string} */ path) => !['dist', 'test', '.turbo'].includes(basename(path));
    cpSync(join(root, part), join(copy, part), { recursive: true, verbatimSymlinks: true, filter });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { file, text } of offences) {
    const path = join(copy, 'packages', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\nexport {};\n`);
  }
  try {
    return await cruise(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

await runMain(async () => {
  const report = await cruise(root);
  const count = checkNothingWasMissed(report);
  const { violations } = report.summary;
  for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
  if (violations.length > 0) return 1;
  console.log(`${count} source files keep to the layers.`);

  const planted = (await cruiseOffences(join(toolsFolder, 'layers-proof'))).summary.violations;
  const unseen = offences.filter(
    ({ rule, file }) =>
      !planted.some((found) => {
        const involved = [found.from, ...(found.cycle ?? []).map(({ name }) => name)];
        return found.rule.name === rule && involved.includes(`packages/${file}`);
      }),
  );
  for (const { rule, file } of unseen) console.error(`A planted offence was not found: ${rule} in ${file}`);
  if (unseen.length > 0) return 1;
  console.log(`${offences.length} planted offences were all found.`);
  return 0;
});

/**
 * Builds the package in the working folder: declarations with their docs, code without comments.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mustRun, runCommand, runMain } from './run-command.js';

const cwd = process.cwd();

/** Removes what no longer has a source, so that a renamed file is not published twice. */
function removeStale() {
  const dist = join(cwd, 'dist');
  if (!existsSync(join(dist, 'index.d.ts'))) {
    // The compiler trusts what it noted about its last run, even when the files are gone.
    rmSync(join(cwd, 'tsconfig.tsbuildinfo'), { force: true });
  }
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = join(cwd, 'src', file.replace(/(\.d\.ts|\.js)$/, '.ts'));
    if (!existsSync(source)) rmSync(join(dist, file), { recursive: true, force: true });
  }
}

/** @returns {string[]} the declarations of the entries of the package */
function entries() {
  const { exports: conditions } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  return Object.values(conditions).flatMap((entry) => (entry.types === undefined ? [] : [entry.types]));
}

/**
 * The declarations that a user of the package can come to, from its entries on.
 */
function reachableDeclarations() {
  const reached = new Set(entries().map((path) => join(cwd, path)));
  // A set may grow while it is walked.
  for (const file of reached) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.js'/g)) {
      reached.add(join(dirname(file), `${path}.d.ts`));
    }
  }
  return reached;
}

/**
 * Where the package has an entry for `require()`: the same code, with declarations of its own. A class of a host that
 * the package names in its types is another one for a CommonJS module than for an ES module, if the host has both.
 */
function addRequireEntry() {
  const { exports: conditions } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  if (conditions['.'].require === undefined) return;
  for (const file of reachableDeclarations()) {
    const text = readFileSync(file, 'utf8').replace(/(from|import\()( ?)'(\.[^']+)\.js'/g, "$1$2'$3.cjs'");
    writeFileSync(file.replace(/\.d\.ts$/, '.d.cts'), text);
  }
  writeFileSync(join(cwd, 'dist', 'index.cjs'), "module.exports = require('./index.js');\n");
}

/** Docs of declarations that nobody can come to only make the package larger. */
function stripInternalDocs() {
  const dist = join(cwd, 'dist');
  const reached = reachableDeclarations();
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = join(dist, name);
    if (!file.endsWith('.d.ts') || reached.has(file)) continue;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gm, ''));
  }
}

/** A fifth of the package would be white space. Names stay as they are, and lines short enough for a stack trace. */
async function minifySpace() {
  const dist = join(cwd, 'dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const flags = [
    '--minify-whitespace',
    '--line-limit=160',
    '--charset=utf8',
    '--log-level=warning',
    '--tsconfig-raw={}',
  ];
  const paths = files.map((name) => join(dist, name));
  const folders = ['--outdir=dist', '--outbase=dist', '--allow-overwrite'];
  await mustRun('esbuild', [...paths, ...flags, ...folders], { cwd });
}

await runMain(async () => {
  removeStale();
  const checked = await runCommand('tsc', ['-b'], { cwd });
  if (checked.code !== 0) return checked.code;
  // The compiler can leave out all comments or none; users need those in the declarations, nobody those in the code.
  const codeOnly = ['composite', 'incremental', 'declaration', 'isolatedDeclarations'];
  const flags = codeOnly.flatMap((name) => [`--${name}`, 'false']);
  const emitted = await runCommand('tsc', ['-p', '.', ...flags, '--removeComments'], { cwd });
  if (emitted.code === 0) {
    stripInternalDocs();
    await minifySpace();
    addRequireEntry();
  }
  return emitted.code;
});

/**
 * Rules about sources that the linter does not have: names of files, mutable state of a module, and Node's
 * globals outside the files that may touch them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript-6';
import { root } from './clone.js';
import { runMain } from './run-command.js';

/** Names that say nothing about what is inside. */
const emptyNames = /^(utils?|helpers?|common|misc|shared|stuff|tools?|functions|constants|types|interfaces)$/;

/** What a runtime other than Node may not have; touched in one file of a package, which tests for each. */
const nodeGlobals = new Set([
  ...['Buffer', 'process', 'global', 'require', 'module', '__dirname', '__filename'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
]);
const portable = /^packages\/(protocol|core|transport-memory|codec-[^/]+|migration)\/src\//;
const runtimeFiles = ['packages/core/src/runtime.ts', 'packages/transport-memory/src/task-queue.ts'];

/** @returns {string[]} */
function sourceFiles() {
  const folders = ['packages', 'apps', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent)).flatMap((name) => [`${parent}/${name}/src`, `${parent}/${name}/test`]),
  );
  return [...folders, 'scripts', 'test']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.includes('node_modules'))
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    );
}

/**
 * @param {string} file
 * @returns {string[]}
 */
function checkName(file) {
  const parts = basename(file)
    .replace(/(\.(test|d))?\.[cm]?[jt]s$/, '')
    .split('-');
  if (parts.some((part) => emptyNames.test(part)) && parts.length === 1) return ['the name says nothing'];
  if (/^\d+$/.test(parts.at(-1) ?? '')) return ['the name ends in a number'];
  return [];
}

/**
 * @param {import('typescript-6').SourceFile} source
 * @returns {string[]} mutable state that lives as long as the module
 */
function findModuleState(source) {
  return source.statements
    .filter(ts.isVariableStatement)
    .filter(
      ({ declarationList }) => (declarationList.flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const,
    )
    .filter(({ modifiers }) => !modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword))
    .map(({ declarationList }) => `line ${lineOf(source, declarationList)}: top-level let or var`);
}

/**
 * @param {import('typescript-6').SourceFile} source
 * @param {import('typescript-6').Node} node
 */
function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/**
 * @param {import('typescript-6').Identifier} name
 * @returns {boolean} whether it stands for a member of something, so not for the global of that name
 */
function isMember({ parent, text }) {
  if (ts.isPropertyAccessExpression(parent) && parent.name.text === text) {
    return !(ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis');
  }
  const named = /** @type {{ name?: unknown }} */ (/** @type {unknown} */ (parent));
  const isNamed = named.name !== undefined && /** @type {any} */ (named.name).text === text;
  return (
    isNamed && (ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isObjectLiteralElement(parent))
  );
}

/**
 * @param {import('typescript-6').SourceFile} source
 * @returns {string[]} uses and declarations of Node's globals
 */
function findNodeGlobals(source) {
  /** @type {string[]} */
  const found = [];
  /** @param {import('typescript-6').Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node) && nodeGlobals.has(node.text) && !isMember(node)) {
      found.push(`line ${lineOf(source, node)}: ${node.text} may not be there in every runtime`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @param {string} file */
function checkFile(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const globals = portable.test(file) && !runtimeFiles.includes(file) ? findNodeGlobals(source) : [];
  return [...checkName(file), ...findModuleState(source), ...globals].map((what) => `${file}: ${what}`);
}

await runMain(async () => {
  const files = sourceFiles();
  const offences = files.flatMap(checkFile);
  for (const offence of offences) console.error(offence);
  console.log(`${files.length} files checked for names, module state and Node's globals.`);
  return Number(offences.length > 0);
});

/**
 * Checks the packages as a user gets them: what is in the tarballs, and that they work when installed.
 * The packages must be built.
 */
import { checkInstalls } from './check-installs.js';
import { checkVersionBump } from './check-version-bump.js';
import { packPackages } from './pack-packages.js';
import { mustRun, runMain } from './run-command.js';

/** @typedef {import('./pack-packages.js').Tarball} Tarball */

/**
 * @param {Tarball} tarball
 * @returns {string[]} what must not be published this way
 */
function checkContents({ name, files, manifest }) {
  const text = JSON.stringify(manifest);
  const strange = files.filter(
    (file) => !/^(dist\/.+\.(js|d\.c?ts)|dist\/index\.cjs|package\.json|LICENSE|README\.md)$/.test(file),
  );
  const missing = ['dist/index.js', 'dist/index.d.ts', 'LICENSE', 'README.md'].filter(
    (file) => !files.includes(file),
  );
  return [
    ...strange.map((file) => `${name}: ${file} does not belong into the tarball`),
    ...missing.map((file) => `${name}: ${file} is missing in the tarball`),
    ...['@mc/source', 'workspace:', 'catalog:']
      .filter((word) => text.includes(word))
      .map((word) => `${name}: package.json still says ${word}`),
    ...(manifest.license === 'MIT' ? [] : [`${name}: the licence is not MIT`]),
  ];
}

/**
 * @param {Tarball[]} tarballs
 * @returns {string[]}
 */
function checkDependencies(tarballs) {
  const core = tarballs.find(({ name }) => name === '@mc/core')?.manifest;
  const names = Object.keys({
    ...core?.dependencies,
    ...core?.optionalDependencies,
    ...core?.peerDependencies,
  });
  return names.join() === '@mc/protocol' ? [] : [`@mc/core depends on ${names.join(', ') || 'nothing'}`];
}

await runMain(async () => {
  const tarballs = await packPackages();
  const offences = [...tarballs.flatMap(checkContents), ...checkDependencies(tarballs)];
  for (const offence of offences) console.error(offence);
  if (offences.length > 0) return 1;
  for (const { name, path } of tarballs) {
    await mustRun('publint', ['run', path, '--strict'], { output: 'collect' });
    await mustRun('attw', [path, '--profile', 'esm-only', '--no-color'], { output: 'collect' });
    console.log(`${name}: contents, publint and attw are fine.`);
  }
  await checkInstalls(tarballs);
  await checkVersionBump();
  return 0;
});

/**
 * `npm test`: brings what the tests need, runs all of them, and ends with one line of counts.
 * Arguments go to vitest, for example `npm test -- --project core`.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, toolsFolder } from './clone.js';
import { provideMemcached } from './provide-memcached.js';
import { runCommand, runMain } from './run-command.js';
import { setup } from './setup.js';

/**
 * The parts of vitest's JSON report that are read here.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {{ name: string, status: string, assertionResults: Assertion[] }[]} testResults
 *
 * @typedef {{ status: string, ancestorTitles: string[], title: string }} Assertion
 */

const reportFile = join(toolsFolder, 'test-report.json');

/** @param {string | undefined} binary */
async function runVitest(binary) {
  rmSync(reportFile, { force: true });
  const flags = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const env = binary === undefined ? { MC_NO_MEMCACHED: '1' } : { MEMCACHED_BIN: binary };
  const { code } = await runCommand('vitest', [...flags, ...process.argv.slice(2)], { env });
  if (!existsSync(reportFile)) throw new Error('The test run ended without a report.');
  const report = /** @type {Report} */ (JSON.parse(readFileSync(reportFile, 'utf8')));
  return { code, report };
}

/** @param {Report} report */
function countFailures({ testResults }) {
  let failed = 0;
  for (const { status, assertionResults } of testResults) {
    const tests = assertionResults.filter((result) => result.status === 'failed').length;
    // A file that could not be loaded, or a hook that threw, failed without a failed test.
    failed += tests === 0 && status === 'failed' ? 1 : tests;
  }
  return failed;
}

/**
 * @param {Report} report
 * @param {string | undefined} binary
 * @returns {string[]} the suites that have tests which did not run
 */
function findLeftOut({ testResults }, binary) {
  const suites = testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(root, name);
    const notRun = assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed');
    const titles = notRun.map(({ ancestorTitles, title }) => `${file}: ${ancestorTitles[0] || title}`);
    // Suites that ask whether there is a memcached register nothing where there is none.
    const asks = binary === undefined && readFileSync(name, 'utf8').includes('expectsMemcached(');
    return asks ? [`${file}: what runs on memcached`, ...titles] : titles;
  });
  return [...new Set(suites)].sort();
}

/**
 * Says what did not run and why.
 *
 * @param {string[]} leftOut
 * @param {string | undefined} binary
 * @returns {boolean} whether that makes the run a failure
 */
function reportLeftOut(leftOut, binary) {
  const list = leftOut.map((suite) => `  ${suite}`).join('\n');
  if (binary === undefined) {
    console.log(`\nThere is no memcached here, so these suites did not run:\n${list || '  (none)'}`);
    console.log('To run them: install memcached (Debian: apt-get install memcached; macOS: brew install');
    console.log('memcached), or set MEMCACHED_BIN to the path of one.');
    return Boolean(process.env.CI) && process.env.CI !== 'false';
  }
  if (leftOut.length > 0) console.log(`\nThese suites have tests that did not run:\n${list}`);
  return leftOut.length > 0 && process.argv.length === 2;
}

await runMain(async () => {
  await setup();
  const binary = await provideMemcached();
  const { code, report } = await runVitest(binary);
  const failed = countFailures(report);
  const incomplete = reportLeftOut(findLeftOut(report, binary), binary);
  if (incomplete) console.log('This run is a failure, because not every test ran.');
  if (code !== 0 && failed === 0) console.log('\nThe run failed outside of any test; see above.');
  console.log(`\n${report.numPassedTests} passed, ${failed} failed`);
  return code !== 0 ? code : Number(failed > 0 || incomplete);
});

/**
 * `npm test`: brings what the tests need, runs all of them, and ends with one line of counts.
 * Arguments go to vitest, for example `npm test -- --project core`.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, toolsFolder } from './clone.js';
import { provideMemcached } from './provide-memcached.js';
import { providePylibmc } from './provide-pylibmc.js';
import { provideTwemproxy } from './provide-twemproxy.js';
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

/**
 * A program that some suites need. Where it cannot be had, those suites register nothing.
 *
 * @typedef {object} Need
 * @property {string} title
 * @property {string} asks what a test file calls to learn whether it is there
 * @property {string} absent the variable that says that it is not
 * @property {string} named the variable that says where it is
 * @property {readonly string[]} advice
 * @property {() => Promise<string | undefined>} provide
 *
 * @typedef {Need & { path: string | undefined }} Provided
 */

/** @type {readonly Need[]} */
const needs = [
  {
    title: 'memcached',
    asks: 'expectsMemcached(',
    absent: 'MC_NO_MEMCACHED',
    named: 'MEMCACHED_BIN',
    advice: [
      'To run them: install memcached (Debian: apt-get install memcached; macOS: brew install',
      'memcached), or set MEMCACHED_BIN to the path of one.',
    ],
    provide: provideMemcached,
  },
  {
    title: 'Python with pylibmc',
    asks: 'expectsPylibmc(',
    absent: 'MC_NO_PYLIBMC',
    named: 'MC_PYTHON',
    advice: [
      'To run them: install pylibmc (Debian: apt-get install python3-pylibmc), or set MC_PYTHON to',
      'the path of a Python that has it.',
    ],
    provide: providePylibmc,
  },
  {
    title: 'twemproxy',
    asks: 'expectsTwemproxy(',
    absent: 'MC_NO_TWEMPROXY',
    named: 'TWEMPROXY_BIN',
    advice: [
      'To run them: install twemproxy (Debian: apt-get install nutcracker), or set TWEMPROXY_BIN to',
      'the path of one.',
    ],
    provide: provideTwemproxy,
  },
];

/** @param {readonly Provided[]} provided */
async function runVitest(provided) {
  rmSync(reportFile, { force: true });
  const flags = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const env = Object.fromEntries(
    provided.map(({ path, named, absent }) => (path === undefined ? [absent, '1'] : [named, path])),
  );
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
 * @returns {string[]} the suites that have tests which were registered and did not run
 */
function findNotRun({ testResults }) {
  const suites = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ ancestorTitles, title }) => `${relative(root, name)}: ${ancestorTitles[0] || title}`),
  );
  return [...new Set(suites)].sort();
}

/**
 * @param {Report} report
 * @param {Need} need one that could not be had
 * @returns {string[]} the files whose suites registered nothing for the lack of it
 */
function findWithout({ testResults }, { asks }) {
  const files = testResults.map(({ name }) => name);
  const waiting = files.filter((name) => readFileSync(name, 'utf8').includes(asks));
  return waiting.map((name) => relative(root, name)).sort();
}

/** @param {readonly string[]} lines */
function asList(lines) {
  return lines.map((line) => `  ${line}`).join('\n');
}

/**
 * Says what did not run and why.
 *
 * @param {Report} report
 * @param {readonly Provided[]} provided
 * @returns {boolean} whether that makes the run a failure
 */
function reportLeftOut(report, provided) {
  const missing = provided.filter(({ path }) => path === undefined);
  for (const need of missing) {
    const files = asList(findWithout(report, need)) || '  (none)';
    console.log(`\nThere is no ${need.title} here, so the suites that need it did not run:\n${files}`);
    for (const line of need.advice) console.log(line);
  }
  const notRun = findNotRun(report);
  if (notRun.length > 0) console.log(`\nThese suites have tests that did not run:\n${asList(notRun)}`);
  if (missing.length > 0) return Boolean(process.env.CI) && process.env.CI !== 'false';
  return notRun.length > 0 && process.argv.length === 2;
}

await runMain(async () => {
  await setup();
  const provided = await Promise.all(needs.map(async (need) => ({ ...need, path: await need.provide() })));
  const { code, report } = await runVitest(provided);
  const failed = countFailures(report);
  const incomplete = reportLeftOut(report, provided);
  if (incomplete) console.log('This run is a failure, because not every test ran.');
  if (code !== 0 && failed === 0) console.log('\nThe run failed outside of any test; see above.');
  console.log(`\n${report.numPassedTests} passed, ${failed} failed`);
  return code !== 0 ? code : Number(failed > 0 || incomplete);
});

/**
 * Starting other programs and waiting for them.
 */
import { spawn } from 'node:child_process';
import { root, toolEnvironment } from './clone.js';

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd] working folder; the top of the clone by default
 * @property {Record<string, string>} [env] variables on top of the tool environment
 * @property {'show' | 'collect'} [output] to the terminal (default), or collected and returned
 *
 * @typedef {object} CommandResult
 * @property {number} code exit code; 128 and up for a program ended by a signal, 127 for one not found
 * @property {string} output what was collected, stdout and stderr together
 * @property {string} stdout what was collected from stdout alone
 */

/**
 * Runs a program to its end. Never rejects: a program that cannot be started has code 127.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(file, args, options = {}) {
  const collect = options.output === 'collect';
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: toolEnvironment(options.env),
    stdio: ['ignore', collect ? 'pipe' : 'inherit', collect ? 'pipe' : 'inherit'],
    // npm and the tools in node_modules/.bin are command files on Windows.
    shell: process.platform === 'win32' && file !== process.execPath,
  });
  let output = '';
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text;
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: String(error), stdout }));
    child.on('close', (code) => resolve({ code: code ?? 128, output, stdout }));
  });
}

/**
 * Runs a program and throws with what it said when it fails.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<string>} its stdout, when collected
 */
export async function mustRun(file, args, options = {}) {
  const { code, output, stdout } = await runCommand(file, args, options);
  if (code === 0) return stdout;
  throw new Error(`${file} ${args.join(' ')} failed with exit code ${code}\n${output}`.trimEnd());
}

/**
 * Runs the main function of a script: what it throws is printed in one piece and ends the process with 1.
 *
 * @param {() => Promise<number>} main returns the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * Finds a program that the tests need, or brings Debian's own packages of it into `.tools/` without root and
 * without touching the system.
 */
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { openApt } from './apt-packages.js';
import { toolsFolder } from './clone.js';

/**
 * A program, and how to have it.
 *
 * @typedef {object} Program
 * @property {string} title what it is called in messages
 * @property {string} folder its folder below `.tools/`
 * @property {string} file the name of the script in that folder that starts it
 * @property {string} variable the environment variable that names one
 * @property {() => (string | undefined)[]} onSystem where the system may have it
 * @property {string} debianPackage the Debian package it comes with
 * @property {string} start the end of that script; `$here/files` is where the packages are unpacked
 * @property {(path: string) => Promise<boolean>} runs whether the file at this path is it, and works
 */

/** Begins the script that starts an unpacked program: the libraries unpacked beside it come first. */
const withLibraries = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
for libraries in "$here"/files/usr/lib/*-linux-* "$here"/files/lib/*-linux-*; do
  if [ -d "$libraries" ]; then
    LD_LIBRARY_PATH=$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  fi
done
export LD_LIBRARY_PATH
`;

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {string} name
 * @returns {string | undefined} the path of a program on PATH
 */
export function findOnPath(name) {
  const parts = (process.env.PATH ?? '').split(delimiter).filter((part) => part !== '');
  return parts.map((part) => join(part, name)).find(isExecutable);
}

/**
 * Unpacks a program and, of what it depends on, as much as it takes to run here.
 *
 * @param {Program} program
 * @param {string} work
 */
async function unpackProgram(program, work) {
  const files = join(work, program.folder, 'files');
  mkdirSync(files, { recursive: true });
  const path = join(work, program.folder, program.file);
  writeFileSync(path, withLibraries + program.start);
  chmodSync(path, 0o755);
  const apt = await openApt(join(work, 'apt'), files);
  await apt.unpack([program.debianPackage]);
  const seen = new Set([program.debianPackage]);
  let latest = [program.debianPackage];
  // Each round brings what the packages before it need, until nothing is missing.
  while (!(await program.runs(path))) {
    const wanted = await apt.dependencies(latest);
    latest = wanted.filter((name) => !seen.has(name));
    if (latest.length === 0) throw new Error(`${program.title}, from its packages, does not run here.`);
    for (const name of latest) seen.add(name);
    await apt.unpack(latest);
  }
}

/**
 * @param {Program} program
 * @returns {Promise<string | undefined>} the unpacked program, or nothing where it cannot be had
 */
async function bringProgram(program) {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) return undefined;
  const folder = join(toolsFolder, program.folder);
  console.log(`No ${program.title} here: bringing Debian's package into .tools/ (up to a minute) ...`);
  const work = join(toolsFolder, `${program.folder}-work-${process.pid}`);
  try {
    await unpackProgram(program, work);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, program.folder), folder);
    return join(folder, program.file);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Looks at the variable, then on the system, then in `.tools/`, and brings it there where it can.
 *
 * @param {Program} program
 * @returns {Promise<string | undefined>} the path of one that runs
 * @throws when the variable names something else
 */
export async function provideProgram(program) {
  const named = process.env[program.variable];
  if (named !== undefined && named !== '') {
    if (await program.runs(named)) return named;
    throw new Error(`${program.variable} is ${named}, which does not run as ${program.title}.`);
  }
  const brought = join(toolsFolder, program.folder, program.file);
  for (const path of new Set([...program.onSystem(), brought])) {
    if (path !== undefined && isExecutable(path) && (await program.runs(path))) return path;
  }
  return bringProgram(program);
}

/**
 * Where things are in this clone, and the environment in which tools keep what they write inside it.
 */
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the clone. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything the scripts bring or write: ignored by git, safe to delete. */
export const toolsFolder = join(root, '.tools');

/**
 * @param {string} file path below the top folder
 * @returns {any} the parsed JSON
 */
export function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** Settings that keep npm, pnpm, turbo and tsx from writing into the user's home, and from reporting usage. */
const inClone = {
  npm_config_cache: join(toolsFolder, 'npm-cache'),
  npm_config_logs_max: '0',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  PNPM_HOME: join(toolsFolder, 'pnpm-home'),
  COREPACK_HOME: join(toolsFolder, 'corepack'),
  XDG_CACHE_HOME: join(toolsFolder, 'xdg', 'cache'),
  XDG_DATA_HOME: join(toolsFolder, 'xdg', 'data'),
  XDG_STATE_HOME: join(toolsFolder, 'xdg', 'state'),
  TURBO_CONFIG_DIR_PATH: join(toolsFolder, 'turbo'),
  TURBO_TELEMETRY_DISABLED: '1',
  TSX_DISABLE_CACHE: '1',
  DO_NOT_TRACK: '1',
};

/**
 * The environment for every tool that is started: the caller's own, with the tools of the clone first on
 * PATH and everything they write kept below `.tools/`.
 *
 * @param {Record<string, string>} [more] variables on top
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(more = {}) {
  const bins = [join(root, 'node_modules', '.bin'), join(toolsFolder, 'pnpm', 'node_modules', '.bin')];
  const path = [...bins, process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, ...inClone, ...more, PATH: path };
}

import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The memcached to run: MEMCACHED_BIN, one on PATH, or the one that the tests unpacked under `.tools/`. */
export function findMemcached(): string | undefined {
  const named = process.env.MEMCACHED_BIN;
  if (named !== undefined && named !== '') return named;
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return onPath('memcached') ?? firstRunnable([join(root, '.tools/memcached/memcached')]);
}

/** The redis-server on PATH. */
export function findRedis(): string | undefined {
  return onPath('redis-server');
}

/** A Node of at least this version: the one that runs this, else the one that came as an npm package. */
export function findNode(needed: readonly [major: number, minor: number] | undefined): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (needed === undefined || major > needed[0] || (major === needed[0] && minor >= needed[1])) {
    return process.execPath;
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `node-${process.platform}-${process.arch}/package.json`,
    );
    return firstRunnable([join(dirname(manifest), 'bin/node')]);
  } catch {
    return undefined;
  }
}

/** The version in a package's own manifest. */
export function versionOf(packageName: string): string {
  const manifest = createRequire(import.meta.url)(`${packageName}/package.json`) as { version: string };
  return manifest.version;
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return firstRunnable(folders.map((folder) => join(folder, program)));
}

function firstRunnable(files: readonly string[]): string | undefined {
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

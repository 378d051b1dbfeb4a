import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their sources, so a change in one is seen by all without a build. */
const conditions = ['@mc/source', 'module', 'node', 'development|production'];

const folders = ['packages', 'apps', 'examples'].flatMap((parent) =>
  readdirSync(parent)
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(`${folder}/test`)),
);

/** Set by `npm test` for what cannot be had here: suites that need it register nothing then. */
const registersLess = ['MC_NO_MEMCACHED', 'MC_NO_PYLIBMC', 'MC_NO_TWEMPROXY'].some(
  (absent) => process.env[absent] === '1',
);

export default defineConfig({
  test: {
    passWithNoTests: registersLess,
    // Most tests wait for a server's clock or a deadline, so more files at once than vitest would allow on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [...folders, '.'].map((root) => ({
      extends: true as const,
      root,
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: {
        name: root === '.' ? 'workspace' : (root.split('/')[1] ?? root),
        include: ['test/**/*.test.ts'],
        // Limits that only what hangs reaches: on a busy machine a process may not get its turn for seconds.
        testTimeout: 60_000,
        hookTimeout: 60_000,
        expect: { poll: { timeout: 20_000 } },
      },
    })),
  },
});

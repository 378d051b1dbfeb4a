/**
 * Who may import whom. Run by scripts/check-layers.js, which also shows that these rules can fail.
 *
 * `values` may be imported as code, `types` only by `import type`.
 */
const packages = {
  protocol: { values: [], types: [] },
  core: { values: ['protocol'], types: [] },
  'codec-[^/]+': { values: [], types: ['core'] },
  'compression-[^/]+': { values: [], types: ['core'] },
  migration: { values: ['core'], types: [] },
  discovery: { values: ['protocol'], types: ['core'] },
  'transport-memory': { values: ['protocol'], types: ['core'] },
  'transport-(?!memory)[^/]+': { values: [], types: ['core'] },
  memcached: { values: ['core', 'transport-tcp', 'codec-json'], types: [] },
  'adapter-(?!cache-manager)[^/]+': { values: ['memcached'], types: ['core'] },
  'adapter-cache-manager': { values: ['memcached', 'adapter-keyv'], types: ['core'] },
  testing: { values: ['(?!adapter-)[^/]+'], types: [] },
};

const any = (names) => `^packages/(${names.join('|')})/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const packageRules = Object.entries(packages).flatMap(([name, { values, types }]) => {
  const self = `^packages/${name}/`;
  const label = name.replace(/\(.*?\)|\[.*?\]\+/g, '').replace(/-$/, '');
  const reachable = [...values, ...types];
  return [
    forbid(
      `layers-${label}`,
      `${label} may import: ${reachable.join(', ') || 'nothing of ours'}`,
      { path: self },
      { path: '^packages/', pathNot: [self, ...(reachable.length > 0 ? [any(reachable)] : [])] },
    ),
    ...types.map((type) =>
      forbid(
        `types-only-${label}`,
        `${label} may import only types of ${type}`,
        { path: self },
        { path: any([type]), dependencyTypesNot: ['type-only'] },
      ),
    ),
  ];
});

const portable = '^packages/(protocol|core|transport-memory|codec-[^/]+|migration)/';
const core = '^packages/core/src/';

module.exports = {
  forbidden: [
    ...packageRules,
    forbid('no-circles', 'imports form no circle, type imports included', {}, { circular: true }),
    forbid('resolvable', 'every import leads somewhere', {}, { couldNotResolve: true }),
    forbid(
      'no-node',
      'these packages run wherever JavaScript does, so no Node module',
      { path: portable },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'no-libraries',
      'protocol, core and transport-memory depend on no library',
      { path: '^packages/(protocol|core|transport-memory)/' },
      { path: 'node_modules/' },
    ),
    forbid(
      'declared-libraries',
      'a library that is imported stands in the package.json beside it',
      { path: '^(packages|apps|examples)/' },
      {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
        // `#lz4` is an alias in the package.json itself.
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'npm-dev', 'aliased-subpath-import'],
      },
    ),
    forbid(
      'no-dev-libraries',
      'what is published imports no library that only developers install',
      { path: '^packages/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
    ),
    forbid(
      'no-app',
      'nothing imports an app or an example',
      { path: '^packages/' },
      { path: '^(apps|examples)/' },
    ),
    forbid('no-other-app', 'nothing imports an app', { path: '^apps/([^/]+)/' }, { path: '^apps/(?!$1/)' }),
    forbid(
      'front-door',
      'a package is imported by its name, not by a path into it',
      { path: '^(packages|apps|examples)/([^/]+)/' },
      { path: '^packages/(?!$2/)', dependencyTypes: ['local'] },
    ),
    forbid(
      'core-parts-apart',
      'value, route and connection know nothing of each other',
      { path: `${core}(value|route|connection)/` },
      { path: `${core}(value|route|connection)/`, pathNot: `${core}$1/` },
    ),
    forbid(
      'core-parts-below',
      'value, route and connection know nothing of execute and client',
      { path: `${core}(value|route|connection)/` },
      { path: `${core}(client|execute)` },
    ),
    forbid(
      'core-execute-below',
      'execute knows nothing of the client',
      { path: `${core}execute` },
      { path: `${core}client` },
    ),
  ],
  options: {
    // Type imports count, so sources are read before the compiler drops them.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps|examples)/[^/]+/(dist|test)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@mc/source', 'import', 'types', 'node', 'default'],
    },
  },
};

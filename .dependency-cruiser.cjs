// The import directions of docs/architecture.md, as rules. Each lib may use what stands beside it.
const may = {
  contracts: [],
  scheduling: ['contracts'],
  platform: ['contracts'],
  access: ['contracts', 'platform'],
  identity: ['contracts', 'platform', 'access'],
  notifications: ['contracts', 'platform'],
  meetings: ['contracts', 'platform', 'access', 'scheduling', 'cases', 'notifications'],
  cases: ['contracts', 'platform', 'access'],
  collab: ['contracts', 'platform', 'access'],
  trail: ['contracts', 'platform', 'access', 'meetings'],
  search: ['contracts', 'platform', 'access'],
  decisions: ['contracts', 'platform', 'access', 'meetings', 'cases', 'notifications'],
  insight: ['contracts', 'platform', 'access', 'meetings', 'cases', 'decisions'],
  documents: ['contracts', 'platform'],
  calendar: ['contracts', 'platform', 'access', 'meetings', 'notifications', 'scheduling'],
  provisioning: ['contracts', 'platform', 'access', 'meetings', 'decisions', 'notifications'],
  retention: ['contracts', 'platform', 'access', 'meetings', 'notifications'],
  minutes: ['contracts', 'platform', 'access', 'meetings', 'cases', 'decisions', 'notifications'],
};

const directions = Object.entries(may).map(([lib, allowed]) => ({
  name: `lib-${lib}-imports`,
  comment: `libs/${lib} may import only: ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: '^(libs|apps)/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.spec\\.ts$', 'vite\\.config\\.ts$', '(^|/)tsconfig.*\\.json$'] },
      to: {},
    },
    {
      name: 'web-imports-contracts-and-scheduling-only',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^(libs|apps)/', pathNot: '^(apps/web/|libs/(contracts|scheduling)/)' },
    },
    { name: 'server-does-not-import-web', severity: 'error', from: { path: '^apps/server/' }, to: { path: '^apps/web/' } },
    {
      name: 'plain-files-are-free-of-frameworks',
      comment: 'A file without a suffix is pure: only .service, .entity, .module, .controller, .gateway, .worker and the platform adapters may import Nest, TypeORM or ws.',
      severity: 'error',
      from: {
        path: '^libs/',
        pathNot: '(\\.(service|entity|module|controller|gateway|worker|spec)\\.ts$|^libs/platform/)',
      },
      to: { path: 'node_modules/(@nestjs|typeorm|ws|express|socket\\.io)/' },
    },
    ...directions,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|^apps/web/dist/|\\.(css|svg)$)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};

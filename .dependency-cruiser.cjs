/**
 * Who may import whom. Most rules are about what runs: type imports leave no trace there, and are free. Circles are of
 * both kinds, and so is what workflows and the contract may know of the rest.
 * Each rule says why it is there; the README's walk through the code draws the same picture.
 */

/** Matches a package wherever npm has put it. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

const TEMPORAL_WORKFLOW = packages('@temporalio/workflow', '@temporalio/common');
const TEMPORAL_CLIENT = packages('@temporalio/client', '@temporalio/common');
const CONTRACT = '^workflows/contract/';
const CONFIG = '^config/';
// What is no setting: how a wrong configuration looks, where the checkout is, and what a process hands on to programs.
const CONFIG_LEAVES = '^config/(files|environment)[.]ts$';
const LOCAL_COMMANDS = '^cli/commands/(setup|doctor|start|stop|demo|replay|attach)[.]ts$';

/** A rule for one folder that names all that it may import; Node's own modules only with `node: true`. */
const only = (name, comment, from, allowed, { node = true, types = false } = {}) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { pathNot: allowed, dependencyTypesNot: [...(node ? ['core'] : []), ...(types ? [] : ['type-only'])] },
});

/** A rule about what is not imported; type imports count only with `types: true`. */
const never = (name, comment, from, to, { types = false } = {}) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { ...to, ...(types ? {} : { dependencyTypesNot: ['type-only'] }) },
});

module.exports = {
  forbidden: [
    only(
      'workflows-are-deterministic',
      'Workflow code is replayed: whatever can do I/O or differ from run to run would break every running epic. Activities are proxied by `import type`.',
      { path: '^workflows/' },
      ['^workflows/', TEMPORAL_WORKFLOW, packages('zod')],
      { node: false },
    ),
    never(
      'wire-types-are-in-the-contract',
      'A type that passes between a workflow and an activity is a promise to every running epic, and stands where promises are kept. Only the proxies are typed by the activities themselves.',
      { path: '^workflows/', pathNot: '^workflows/(activities|carried-records)[.]ts$' },
      { path: '^(?!workflows/|node_modules/)' },
      { types: true },
    ),
    only(
      'contract-has-no-implementation',
      'Every part imports the contract, so it must not pull any part in: schemas, definitions, constants and types only.',
      { path: CONTRACT },
      [CONTRACT, TEMPORAL_WORKFLOW, packages('zod')],
      { node: false, types: true },
    ),
    only(
      'activities-are-side-effects',
      'An activity gets its dependencies as arguments, and works in any worker process: no config, no local stack, no API.',
      { path: '^activities/' },
      [
        '^activities/',
        '^clients/',
        '^db/',
        '^exec[.]ts$',
        CONTRACT,
        TEMPORAL_CLIENT,
        packages(
          '@temporalio/activity',
          'zod',
          'yaml',
          'picomatch',
          'saxes',
          '@secretlint/secretlint-rule-preset-recommend',
          'web-tree-sitter',
        ),
      ],
    ),
    only(
      'clients-drive-what-is-outside',
      'git, terminals, GitHub, Linear and the model are driven the same way by activities, the local stack and tests: no activity, no database, no configuration. Failures are Temporal’s, since each is to say whether another try helps; db/text.ts is the text that PostgreSQL takes, pure.',
      { path: '^clients/' },
      [
        '^clients/',
        '^exec[.]ts$',
        '^db/text[.]ts$',
        CONTRACT,
        packages(
          '@temporalio/common',
          'picomatch',
          '@anthropic-ai/sdk',
          '@anthropic-ai/sandbox-runtime',
          '@linear/sdk',
        ),
      ],
    ),
    only(
      'db-knows-only-the-database',
      'Rows never depend on who reads them; only db/migrate.ts, a program of its own, reads the config.',
      { path: '^db/', pathNot: '^db/migrate[.]ts$' },
      ['^db/', CONTRACT, packages('kysely', 'pg')],
    ),
    only(
      'api-only-asks-and-tells',
      'The API talks to Temporal and reads the database. It runs no activity and no git, so that it can be anywhere; only api/main.ts hands it what it cannot import: a reader of the mirror, where that is on its machine, and what builds requests of the model.',
      { path: '^api/', pathNot: '^api/main[.]ts$' },
      [
        '^api/',
        '^db/',
        CONTRACT,
        TEMPORAL_CLIENT,
        packages('fastify', '@fastify/[^/]+', 'fastify-type-provider-zod', 'zod', 'openapi-fetch'),
      ],
    ),
    never(
      'worker-is-not-the-api',
      'A worker process is started without an API or a local stack beside it, on another machine too.',
      { path: '^worker/' },
      { path: '^(api|cli|web|local)/' },
    ),
    only(
      'cli-uses-the-client',
      'People’s screens go through the API like everybody else. Only the commands that run the local stack reach further.',
      { path: '^cli/', pathNot: ['^cli/main[.]ts$', LOCAL_COMMANDS] },
      ['^cli/', '^api/client/', CONFIG_LEAVES, CONTRACT, packages('commander', 'picocolors', 'yaml')],
    ),
    only(
      'web-uses-the-client',
      'The pages run in a browser: they know the API by its client and nothing else of the factory.',
      { path: '^web/', pathNot: '^web/(build|dev-server|vite[.]config)[.]ts$' },
      ['^web/', '^api/client/', 'node_modules/'],
      { node: false },
    ),
    never(
      'bundles-are-for-node',
      'It hashes with node:crypto, which no browser has; command line and API share it.',
      { path: '^web/' },
      { path: '^api/client/bundle[.]ts$' },
    ),
    never(
      'web-only-by-its-parts',
      'Who serves the pages serves files; nothing of a page runs in a process of the factory.',
      { pathNot: '^(web|test)/' },
      { path: '^web/' },
    ),
    never(
      'local-stands-in-for-the-outside',
      'local/ starts programs and imitates vendors: it may use exec, clients and the database, never the factory’s logic. One exception: doctor reads a repository by the very reading that an epic begins with (activities/repository.ts), or the two would differ.',
      { path: '^local/' },
      { path: '^(api|cli|web|worker|workflows|activities)/', pathNot: [CONTRACT, '^activities/repository[.]ts$'] },
    ),
    never(
      'stack-is-under-machine',
      'doctor and setup look at the stack; what runs it never needs them.',
      { path: '^local/stack/' },
      { path: '^local/(machine|model)/' },
    ),
    never(
      'programs-and-model-are-at-the-bottom',
      'Programs are looked for by all rooms; the scripted model is a vendor, whom the others start and never call.',
      { path: '^local/(programs|model)/' },
      { path: '^local/(stack|machine)/' },
    ),
    never(
      'only-commands-use-local',
      'What stands in for the outside on one machine must not leak into what runs everywhere.',
      { pathNot: ['^local/', LOCAL_COMMANDS, '^(test|bench|scripts)/'] },
      { path: '^local/' },
    ),
    never(
      'config-is-an-argument',
      'One place reads the environment; everything else gets what it needs, and can be tested with anything.',
      { pathNot: [CONFIG, '^(api|worker|cli)/main[.]ts$', '^db/migrate[.]ts$', '^(local|test|bench|scripts)/'] },
      { path: CONFIG, pathNot: CONFIG_LEAVES },
    ),
    only(
      'config-knows-no-part',
      'Every program begins with the configuration, so it must not pull any part in.',
      { path: CONFIG },
      [CONFIG, CONTRACT, packages('zod', 'yaml', '@temporalio/envconfig')],
    ),
    never(
      'execa-only-in-exec',
      'Time limits, output caps, cancellation and the clean environment are decided in one place.',
      { pathNot: '^exec[.]ts$' },
      { path: packages('execa') },
    ),
    never(
      'nobody-imports-tests',
      'What is shipped must not need what is not.',
      { pathNot: '^(test|bench|scripts)/' },
      { path: '^(test|bench|scripts|examples)/' },
    ),
    never(
      'no-development-packages',
      'These are missing where the factory is installed without development dependencies. The pages are built before.',
      { pathNot: '^(test|bench|scripts|web)/' },
      { dependencyTypes: ['npm-dev'] },
    ),
    never(
      'no-cycles',
      'Files that need each other, if only by their types, cannot be understood, tested or moved one at a time.',
      {},
      { circular: true },
      { types: true },
    ),
    never(
      'no-unresolvable',
      'An import that leads nowhere fails only when it runs.',
      {},
      { couldNotResolve: true },
      { types: true },
    ),
  ],
  options: {
    exclude: { path: '^(node_modules/[.]|[.]factory|dist|examples)' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.css'],
    },
  },
};

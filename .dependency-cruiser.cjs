// The layer law: who may import whom. Arrows point down; type-only imports count, since they become run-time
// imports in the next refactor. `tools/checks/src/layers.ts` proves that every rule here sees its violation.

const RPC = '^packages/rpc/src';
const SERVICE = '^services/([^/]+)/src';
/** Tests may reach more than the code they test, but never inside another package. */
const TEST = ['[.]test[.]ts$', '/test/', '^(e2e|bench|examples)/'];
const CODEC_BENCH = '^bench/src/codec/codecs/ours[.]ts$';
const SOURCE = '^(packages|services|tools)/[^/]+/src/';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A layer of packages/rpc imports only the `below` ones and itself. */
const rpcLayer = (layer, below) =>
  rule(
    `rpc-${layer}-looks-down`,
    `rpc/${layer} imports only ${[layer, ...below].join(', ')}`,
    { path: `${RPC}/${layer}/`, pathNot: TEST },
    { path: RPC, pathNot: [layer, ...below].map((name) => `${RPC}/${name}/`) },
  );

/** A module that only its owners import. */
const owned = (module, owners) =>
  rule(
    `owner-of-${module.replace(/\W+/g, '-')}`,
    `${module} is used in one place and wrapped there`,
    { path: SOURCE, pathNot: [...owners, ...TEST] },
    { path: [`^(node:)?${module}$`, `(^|/)node_modules/${module}/`] },
  );

module.exports = {
  forbidden: [
    rule('no-circular', 'a cycle has no bottom', {}, { circular: true }),
    rule('no-unresolvable', 'a typo or a missing dependency', {}, { couldNotResolve: true }),
    rule('no-import-of-tests', 'tests are leaves', {}, { path: '[.]test[.]ts$' }),
    rule(
      'source-never-reaches-tests',
      'what ships never depends on what checks it',
      { path: SOURCE, pathNot: [...TEST, '/src/testing/', '^tools/checks/'] },
      { path: ['^(packages|services|tools)/[^/]+/test/', '^(e2e|bench|examples)/', '/src/testing/'] },
    ),
    rule('main-is-the-root', 'main.ts starts things; nobody imports it', {}, { path: '/src/main[.]ts$' }),
    rule(
      'config-goes-through-main',
      'main reads the environment and passes values down',
      { path: SOURCE, pathNot: [...TEST, '/src/(main|index)[.]ts$'] },
      { path: '^(services|tools)/[^/]+/src/config[.]ts$', dependencyTypesNot: ['type-only'] },
    ),

    // Between packages.
    rule(
      'packages-look-down',
      'a package knows no service, no tool',
      { path: '^packages/', pathNot: TEST },
      { path: '^(services|tools|e2e|bench|examples)/' },
    ),
    rule(
      'services-look-down',
      'a service knows no tool',
      { path: '^services/', pathNot: TEST },
      { path: '^(tools|e2e|bench|examples)/' },
    ),
    rule(
      'services-are-strangers',
      'services meet on the wire',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    rule('tools-start-services-as-processes', 'a tool imports no service', { path: '^tools/' }, { path: '^services/' }),
    rule(
      'rpc-knows-no-package',
      'the library knows no product',
      { path: '^packages/rpc/' },
      { path: '^packages/', pathNot: '^packages/rpc/' },
    ),
    rule(
      'kit-knows-no-package',
      'kit knows neither rpc nor contracts',
      { path: '^packages/kit/' },
      { path: '^packages/', pathNot: '^packages/kit/' },
    ),
    rule(
      'embedded-mongo-knows-no-package',
      'it speaks a public protocol',
      { path: '^packages/embedded-mongo/src/' },
      { path: '^packages/', pathNot: '^packages/embedded-mongo/' },
    ),
    rule(
      'contracts-load-no-socket',
      'contracts see the contract entry of rpc alone',
      { path: '^packages/contracts/src/' },
      { path: '^packages/', pathNot: ['^packages/contracts/', `${RPC}/contract/index[.]ts$`] },
    ),
    rule(
      'no-deep-imports',
      'a package is reached through its exports',
      { path: '^(packages|services|tools|e2e|bench|examples)/([^/]+)/', pathNot: CODEC_BENCH },
      {
        path: '^(packages|tools)/[^/]+/src/',
        pathNot: [
          '^$1/$2/',
          '^(packages|tools)/[^/]+/src/index[.]ts$',
          '^packages/[^/]+/src/(contract|testing|embedded-postgres|otel|metrics|compatibility|nest)/index[.]ts$',
        ],
      },
    ),

    rule(
      'codec-bench-reaches-the-wire-only',
      'the one deep import: payloads, and their shapes, are timed without the socket they travel on',
      { path: CODEC_BENCH },
      {
        path: '^(packages|services|tools)/',
        pathNot: [`${RPC}/wire/native/`, `${RPC}/contract/(index|command-shapes)[.]ts$`],
      },
    ),

    // Inside packages/rpc: two legs, wire -> net and contract -> policy, that meet in client/ and server/ only.
    rpcLayer('core', []),
    rpcLayer('wire', ['core']),
    rpcLayer('net', ['wire', 'core']),
    rpcLayer('contract', ['core']),
    rpcLayer('policy', ['contract', 'core']),
    // What watches the library sees the events it publishes and nothing of what publishes them.
    rpcLayer('otel', ['core']),
    rpcLayer('metrics', ['core']),
    rpcLayer('compatibility', ['contract', 'core']),
    rpcLayer('client', ['policy', 'net', 'wire', 'contract', 'core']),
    rpcLayer('server', ['policy', 'net', 'wire', 'contract', 'core']),
    // An entry beside the main one, for applications that have Nest.
    rpcLayer('nest', ['client', 'server', 'net', 'wire', 'contract', 'core']),
    rule(
      'rpc-wires-are-strangers',
      'the native wire and the Nest wire share wire/ only',
      { path: `${RPC}/wire/(native|nest)/` },
      { path: `${RPC}/wire/(native|nest)/`, pathNot: `${RPC}/wire/$1/` },
    ),
    rule(
      'rpc-wire-is-pure',
      'wire/ turns bytes into messages: no socket, timer, clock or file',
      { path: `${RPC}/wire/`, pathNot: TEST },
      { path: '^(node:)?(net|tls|http|dns|timers|fs|perf_hooks)(/|$)' },
    ),

    // One owner for each dependency.
    owned('net', [
      `${RPC}/(net|testing)/`,
      '^packages/kit/src/testing/',
      '^packages/embedded-mongo/src/',
      '^services/order/src/http/graceful-close[.]ts$',
      '^tools/stack/src/',
    ]),
    owned('sqlite', [
      '^packages/embedded-mongo/src/storage/',
      '^tools/payment-sandbox/src/',
      '^tools/stack/src/data-dir/',
    ]),
    owned('msgpackr', [`${RPC}/wire/native/`]),
    owned('@opentelemetry/api', [`${RPC}/otel/`]),
    owned('@nestjs/microservices', [`${RPC}/nest/`]),
    owned('rxjs', [`${RPC}/nest/`]),
    owned('prom-client', [
      `${RPC}/metrics/`,
      '^services/order/src/(http/metrics|workers/fleet-metrics)[.]ts$',
      '^services/payment/src/metrics[.]ts$',
    ]),
    owned('opossum', [`${RPC}/policy/`]),
    owned('pino', ['^packages/kit/src/(logger|log-destination)[.]ts$']),
    owned('postgres', ['^packages/kit/src/', '^services/(user|product|payment)/src/store/']),
    owned('embedded-postgres', ['^packages/kit/src/embedded-postgres/']),
    owned('mongodb', ['^services/order/src/store/']),
    owned('mongodb-memory-server-core', ['^tools/stack/src/mongo/']),
    owned('bson', ['^packages/embedded-mongo/src/']),
    owned('mingo', ['^packages/embedded-mongo/src/']),
    owned('fastify', ['^services/order/src/(app[.]ts$|http/)', '^tools/payment-sandbox/src/']),
    owned('jose', ['^services/user/src/']),
    owned('undici', ['^services/payment/src/provider/']),
    owned('zod', [
      '^packages/contracts/src/',
      '^packages/kit/src/',
      '^services/[^/]+/src/(config[.]ts$|http/|domain/)',
      '^services/payment/src/provider/',
      '^tools/(payment-sandbox|stack)/src/',
    ]),

    // Inside a service: main -> handlers | http -> workflow -> store -> domain.
    rule(
      'service-domain-is-pure',
      'domain/ holds rules: contracts, schemas, itself and nothing else, not even node:',
      { path: `${SERVICE}/domain/`, pathNot: TEST },
      { pathNot: ['^services/$1/src/domain/', '^packages/contracts/src/index[.]ts$', '(^|/)node_modules/zod/'] },
    ),
    rule(
      'service-store-looks-down',
      'store/ knows domain/, kit and contracts',
      { path: `${SERVICE}/store/`, pathNot: TEST },
      {
        path: '^(services|packages)/',
        pathNot: ['^services/$1/src/(store|domain)/', '^packages/(kit|contracts)/src/index[.]ts$'],
      },
    ),
    rule(
      'service-workflow-knows-no-http',
      'workflow/ does not know who asked',
      { path: `${SERVICE}/workflow/`, pathNot: TEST },
      { path: '^services/$1/src/(http/|handlers/|app[.]ts$)' },
    ),
    rule(
      'service-edges-are-strangers',
      'http/ and handlers/ are two doors to one workflow',
      { path: `${SERVICE}/(http|handlers)/`, pathNot: TEST },
      { path: '^services/$1/src/(http|handlers)/', pathNot: '^services/$1/src/$2/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Workspace packages are symlinks in node_modules; followed to their real path they are ours and are cruised.
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

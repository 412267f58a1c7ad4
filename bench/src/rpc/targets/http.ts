import Fastify from 'fastify';
import { Pool } from 'undici';
import type { Target } from '../target.ts';
import { ASKED, lookUp } from '../workload.ts';

const schema = {
  body: {
    type: 'object',
    required: ['productIds'],
    properties: { productIds: { type: 'array', items: { type: 'string' } } },
  },
  response: {
    200: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: { type: 'string' }, name: { type: 'string' }, price: { type: 'integer' } },
      },
    },
  },
};

export const http: Target = {
  name: 'http-fastify-undici',
  what: 'Fastify with compiled schemas, undici Pool of 16 connections',
  async serve() {
    const app = Fastify();
    app.post<{ Body: typeof ASKED }>('/get_products_info', { schema }, async (request) =>
      lookUp(request.body.productIds),
    );
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      close: async () => void (await app.close()),
    };
  },
  async connect(port) {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 });
    return {
      async call() {
        const { body } = await pool.request({
          path: '/get_products_info',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(ASKED),
        });
        return body.json();
      },
      close: async () => void (await pool.destroy()),
    };
  },
};

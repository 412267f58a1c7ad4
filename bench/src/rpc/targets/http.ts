import Fastify from 'fastify';
import { Pool } from 'undici';
import type { Target } from '../../calls/target.ts';
import { portOf } from '../../lib/port.ts';
import { type ProductsAsked, products } from '../../workloads/products.ts';

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
  tone: 'rival',
  workloads: [products.name],
  slow: true,
  async serve() {
    const app = Fastify();
    app.post<{ Body: ProductsAsked }>('/get_products_info', { schema }, async (request) =>
      products.answer(request.body),
    );
    await app.listen({ host: '127.0.0.1', port: 0 });
    return { port: portOf(app.server) };
  },
  async connect(port) {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 });
    return {
      async call() {
        const { body } = await pool.request({
          path: '/get_products_info',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(products.request),
        });
        return body.json();
      },
    };
  },
};

import swagger, { type SwaggerTransform } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { HttpApp } from './fastify.ts';

/** Collects the routes as they are added; must be registered before them. */
export const addOpenApi = async (app: HttpApp): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Orders',
        version: '0.1.0',
        description:
          'Place, pay and read orders. Amounts are whole won. Errors are `application/problem+json` (RFC 9457): branch ' +
          'on `code`; `detail` is in Korean or English by `Accept-Language`.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'orders', description: "A customer's own orders" },
        { name: 'accounts', description: 'Accounts and tokens' },
        { name: 'products', description: 'The catalogue' },
        { name: 'health', description: 'For orchestrators' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'accessToken of a login' },
        },
      },
    },
    transform,
    transformObject: jsonSchemaTransformObject,
  });
};

/** The zod transform keeps of a response its schema alone; headers and examples are put back. */
const transform: SwaggerTransform = (input) => {
  const { schema, url } = jsonSchemaTransform(input);
  const given = input.schema?.response;
  if (isRecord(schema) && isRecord(schema.response) && isRecord(given)) {
    for (const [status, response] of Object.entries(schema.response)) {
      const original = given[status];
      if (!isRecord(response) || !isRecord(original) || !isRecord(original.content)) continue;
      if (original.headers !== undefined) response.headers = original.headers;
      for (const [type, media] of Object.entries(original.content)) {
        const documented = isRecord(response.content) ? response.content[type] : undefined;
        if (isRecord(media) && isRecord(documented) && media.examples !== undefined)
          documented.examples = media.examples;
      }
    }
  }
  return { schema, url };
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

import swagger, { type SwaggerTransform, type SwaggerTransformObject } from '@fastify/swagger';
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
      // Open unless an operation says otherwise.
      security: [],
      tags: [
        { name: 'orders', description: "A customer's own orders" },
        { name: 'accounts', description: 'Accounts and tokens' },
        { name: 'products', description: 'The catalogue' },
        { name: 'webhooks', description: 'What the payment provider tells' },
        { name: 'health', description: 'For orchestrators' },
        { name: 'operations', description: 'For operators' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'accessToken of a login' },
        },
      },
    },
    transform,
    transformObject,
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

const REFERENCE = /"#\/components\/schemas\/(\w+)"/g;

/**
 * Every schema comes in two versions, what is read (`…Input`) and what is written, of which the document needs one:
 * the other goes, and the one that stays gets the plain name.
 */
const transformObject: SwaggerTransformObject = (input) => {
  const document = jsonSchemaTransformObject(input);
  if (!('components' in document)) return document;
  const schemas: Record<string, unknown> = document.components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (name === undefined || used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(document.paths);
  const plain = (name: string): string => {
    const short = name.replace(/Input$/, '');
    return used.has(short) ? name : short;
  };
  const kept = Object.fromEntries([...used].sort().map((name) => [plain(name), schemas[name]]));
  return JSON.parse(
    JSON.stringify({ ...document, components: { ...document.components, schemas: kept } }).replace(
      REFERENCE,
      (_match, name: string) => `"#/components/schemas/${plain(name)}"`,
    ),
  );
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

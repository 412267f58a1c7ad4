import { createHash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import type { HttpApp } from './fastify.ts';

/** The inline scripts of a page, by content, so that its policy lets exactly these run. */
const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

const policyFor = (html: string): string => {
  const scripts = [...html.matchAll(INLINE_SCRIPT)].map(([, script]) => hashOf(script ?? ''));
  return [
    "default-src 'none'",
    `script-src 'self' ${scripts.join(' ')}`,
    // The page writes its styles at run time.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    // The page may talk to this server and to nobody else, whatever it would like to fetch.
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
};

/** The interactive page at `/docs` and the document it reads, at `/openapi.json`. Nothing is loaded from elsewhere. */
export const addDocsRoutes = async (app: HttpApp): Promise<void> => {
  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(document);
  });

  await app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply, payload) => {
      const type = String(reply.getHeader('content-type'));
      if (typeof payload === 'string' && type.startsWith('text/html')) {
        reply.header('content-security-policy', policyFor(payload));
      } else if (type.startsWith('application/javascript')) {
        // Five megabytes that change with the release only.
        reply.header('cache-control', 'public, max-age=3600');
      }
      return payload;
    });
    await pages.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/openapi.json',
        pageTitle: 'Orders',
        // Fonts, telemetry and assistants would come from or go to other hosts.
        withDefaultFonts: false,
        telemetry: false,
        showDeveloperTools: 'never',
        agent: { disabled: true },
        mcp: { disabled: true },
      },
    });
  });
};

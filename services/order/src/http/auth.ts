import { z } from 'zod';
import { logIn, logOut, refresh, register } from '../workflow/accounts.ts';
import type { WorkflowDeps } from '../workflow/deps.ts';
import { answer, OF_PEERS, problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import { addressOf, type Limiters } from './limits.ts';
import { inRequest } from './request-scope.ts';
import { credentials, refreshToken, registration, tokens } from './schemas.ts';

const TAGS = ['accounts'];

/** Accounts and tokens; User does all of it. */
export const addAuthRoutes = (app: HttpApp, { peers: { user }, budgets }: WorkflowDeps, limiters: Limiters): void => {
  app.post(
    '/auth/register',
    {
      schema: {
        operationId: 'register',
        summary: 'Open an account and log in',
        tags: TAGS,
        body: registration,
        response: {
          201: answer('the account exists and is logged in', tokens),
          ...problems(['email_taken', 'too_many_attempts', 'rate_limited', ...OF_PEERS], { body: true }),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, budgets.requestMs, async () =>
        reply.code(201).send(await register(user, { ...request.body, clientAddress: request.ip })),
      ),
  );

  app.post(
    '/auth/login',
    {
      preHandler: (request) => limiters.login(request, `${addressOf(request)} ${request.body.email.toLowerCase()}`),
      schema: {
        operationId: 'login',
        summary: 'Log in',
        tags: TAGS,
        body: credentials,
        response: {
          200: answer('logged in', tokens),
          ...problems(['credentials_invalid', 'too_many_attempts', 'rate_limited', ...OF_PEERS], { body: true }),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, budgets.requestMs, async () =>
        reply.send(await logIn(user, { ...request.body, clientAddress: request.ip })),
      ),
  );

  app.post(
    '/auth/refresh',
    {
      preHandler: (request) => limiters.refresh(request, addressOf(request)),
      schema: {
        operationId: 'refresh',
        summary: 'Exchange a refresh token for new tokens',
        description: 'A refresh token works once. Using one again revokes every token of that login.',
        tags: TAGS,
        body: refreshToken,
        response: {
          200: answer('new tokens', tokens),
          ...problems(
            [
              'refresh_token_invalid',
              'refresh_token_expired',
              'refresh_token_reused',
              'too_many_attempts',
              'rate_limited',
              ...OF_PEERS,
            ],
            { body: true },
          ),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, budgets.requestMs, async () =>
        reply.send(await refresh(user, { ...request.body, clientAddress: request.ip })),
      ),
  );

  app.post(
    '/auth/logout',
    {
      schema: {
        operationId: 'logout',
        summary: 'Log out',
        description: 'Revokes the refresh token and every token that came of the same login.',
        tags: TAGS,
        body: refreshToken,
        response: {
          204: z.undefined().meta({ description: 'logged out' }),
          ...problems(['rate_limited', ...OF_PEERS], { body: true }),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, budgets.requestMs, async () => {
        await logOut(user, request.body);
        return reply.code(204).send();
      }),
  );
};

/**
 * The server for tRPC of docs/recipes.md.
 *
 * @module
 */
// #region trpc
import { EventEmitter, on } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AccessPolicy, ChallengeError, type ResourceServer } from '@scopegate/express';
import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';

const t = initTRPC.context<{ readonly req: IncomingMessage }>().create({
  errorFormatter({ shape, error: { cause } }) {
    const scope = cause instanceof ChallengeError ? cause.challenge.scope : undefined;
    return { ...shape, data: { ...shape.data, scope } };
  },
});

export const published = new EventEmitter();

function createRouter(api: ResourceServer) {
  const allowedBy = (policy: AccessPolicy) =>
    t.procedure.use(({ ctx, next }) => {
      try {
        api.assertAllowed(ctx.req, policy);
      } catch (error) {
        if (!(error instanceof ChallengeError)) throw error;
        const code = error.status === 403 ? 'FORBIDDEN' : 'UNAUTHORIZED';
        throw new TRPCError({ code, message: error.message, cause: error });
      }
      return next();
    });
  return t.router({
    client: t.procedure.query(({ ctx }) => api.accessToken(ctx.req).clientId),
    publish: allowedBy(api.policy({ scope: 'write:analytics' })).mutation(() =>
      published.emit('row', 1),
    ),
    rows: t.procedure.subscription(async function* ({ ctx, signal }) {
      const expiry = api.whileAcceptable(ctx.req);
      const end = AbortSignal.any([expiry, signal ?? expiry]);
      try {
        for await (const [row] of on(published, 'row', { signal: end })) yield row as number;
      } catch (error) {
        if (!expiry.aborted) throw error;
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'the access token has expired' });
      }
    }),
  });
}

export type Router = ReturnType<typeof createRouter>;

export function createApp(api: ResourceServer): Express {
  const router = createRouter(api);
  const createContext = ({ req }: { readonly req: IncomingMessage }) => ({ req });
  const trpc = createExpressMiddleware({ router, createContext });
  return express().use('/trpc', api.requireScope('read:analytics'), trpc);
}
// #endregion trpc

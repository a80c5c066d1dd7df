import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type AuditedRoute, auditRoutes, createResourceServer } from '@scopegate/express';
import type { Express, IRouter, RequestHandler } from 'express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';

/** What is mounted, as data; `at` is a path. */
type Mounting =
  | { readonly kind: 'guard'; readonly at: string }
  | { readonly kind: 'middleware'; readonly at: string }
  | { readonly kind: 'route'; readonly at: string; readonly method: Method; readonly stack: Stack }
  | { readonly kind: 'router' | 'application'; readonly at: string; readonly inside: Mounting[] };
type Method = 'get' | 'post' | 'head' | 'all';
type Stack = readonly ('guard' | 'middleware' | 'handler')[];

const at = fc
  .array(fc.constantFrom('/a', '/b', '/:x', '/A'), { maxLength: 2 })
  .map((parts) => parts.map((part, index) => part.replace('x', `x${index}`)).join('') || '/');
const stack = fc.constantFrom<Stack>(
  ['handler'],
  ['guard', 'handler'],
  ['middleware', 'handler'],
  ['middleware', 'guard', 'handler'],
  ['handler', 'guard'],
  ['guard'],
);
const { mountings } = fc.letrec<{ mountings: Mounting[]; mounting: Mounting }>((tie) => ({
  mountings: fc.array(tie('mounting'), { maxLength: 5, depthIdentifier: 'nested' }),
  mounting: fc.oneof(
    { depthIdentifier: 'nested', maxDepth: 3 },
    fc.record({
      kind: fc.constant('route' as const),
      at,
      method: fc.constantFrom('get', 'get', 'post', 'head', 'all'),
      stack,
    }),
    fc.record({ kind: fc.constantFrom('guard', 'middleware'), at }),
    fc.record({
      kind: fc.constantFrom('router', 'application'),
      at,
      inside: tie('mountings'),
    }),
  ),
}));

const api = createResourceServer(SECRET_OPTIONS);
const pass: RequestHandler = (_req, _res, next) => {
  next();
};

describe.each(EXPRESS_VERSIONS)('auditRoutes on Express $version', ({ express }) => {
  /** Mounts everything; a handler that runs adds itself to `reached`. */
  function build(all: readonly Mounting[], reached: Set<RequestHandler>): Express {
    const app = express();
    mountAll(app, all, reached);
    app.use((_req, res) => {
      res.statusCode = 404;
      res.end();
    });
    return app;
  }

  function mountAll(target: IRouter, all: readonly Mounting[], reached: Set<RequestHandler>): void {
    for (const mounting of all) {
      if (mounting.kind === 'guard') target.use(mounting.at, api.requireAccessToken());
      else if (mounting.kind === 'middleware') target.use(mounting.at, pass);
      else if (mounting.kind === 'route') {
        target[mounting.method](mounting.at, ...stackOf(mounting.stack, reached));
      } else {
        const inner = mounting.kind === 'router' ? express.Router() : express();
        mountAll(inner, mounting.inside, reached);
        target.use(mounting.at, inner);
      }
    }
  }

  function stackOf(parts: Stack, reached: Set<RequestHandler>): RequestHandler[] {
    return parts.map((part) => {
      if (part === 'guard') return api.requireAccessToken();
      if (part === 'middleware') return pass;
      const handler: RequestHandler = (_req, res) => {
        reached.add(handler);
        res.end();
      };
      return handler;
    });
  }

  /** Sends a request without a token; the status, and whether any handler ran. */
  async function send(app: Express, method: string, url: string): Promise<number> {
    const req = new IncomingMessage(new Socket());
    Object.assign(req, { method, url });
    const res = new ServerResponse(req);
    await new Promise<void>((resolve) => {
      res.end = () => {
        resolve();
        return res;
      };
      app(req as never, res as never);
    });
    return res.statusCode;
  }

  it('reports for every route whether a request without a token reaches its handlers', async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(mountings, async (all) => {
        // A function that is all an application contains is not its fallback.
        fc.pre(all.length > 0);
        const reached = new Set<RequestHandler>();
        const app = build(all, reached);
        const { routes } = auditRoutes(app);
        // A guard that some requests bypass may still run for a sample path.
        const isClear = ({ shadowedBy, access, partialGuards }: AuditedRoute): boolean =>
          shadowedBy === undefined && (access === 'guarded' || partialGuards.length === 0);
        for (const route of routes.filter(isClear)) {
          for (const url of route.samplePaths) {
            reached.clear();
            const method = route.method === 'ALL' ? 'PUT' : route.method;
            const status = await send(app, method, url);
            checked += 1;
            expect([describeRoute(route), url, status]).toEqual([
              describeRoute(route),
              url,
              route.access === 'guarded' ? 401 : 200,
            ]);
            expect(reached.size).toBe(route.access === 'guarded' ? 0 : 1);
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(checked).toBeGreaterThan(100);
  });
});

function describeRoute({ method, path, access }: AuditedRoute): string {
  return `${method} ${path} ${access}`;
}

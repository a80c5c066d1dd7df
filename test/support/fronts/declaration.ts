/**
 * The declaration of an application as data, from which each framework builds its own.
 *
 * @module
 */
import type { Application } from 'express';
import type { Express } from '../express-versions.js';
import type {
  CorsOptions,
  FrontAnswer,
  FrontApp,
  FrontGuard,
  FrontHandler,
  FrontLayer,
  FrontResourceServer,
  FrontSteps,
} from './front.js';

/** The methods of a route that is declared for all. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** A method of a declared route. */
export type Method = (typeof METHODS)[number];

/** A route with its own guards. */
export interface DeclaredRoute {
  readonly kind: 'route';
  readonly methods: readonly Method[];
  readonly path: string;
  readonly guards: readonly FrontGuard[];
  readonly handler: FrontHandler;
}

/** One part of an application. */
export type Declared =
  | DeclaredRoute
  | { readonly kind: 'guard'; readonly path: string; readonly guard: FrontGuard }
  | { readonly kind: 'metadata'; readonly metadata: object }
  | { readonly kind: 'layer'; readonly layer: FrontLayer }
  | { readonly kind: 'cors'; readonly options: CorsOptions }
  | { readonly kind: 'refusals'; readonly api: FrontResourceServer }
  | { readonly kind: 'error'; readonly handler: (error: unknown) => FrontAnswer }
  | {
      readonly kind: 'express';
      readonly mount: (app: Application, express: Express) => void;
    };

/** Collects the parts of an application in the order of their declaration. */
export function collect(declare: (app: FrontApp) => void): readonly Declared[] {
  const parts: Declared[] = [];
  const add =
    (...methods: Method[]) =>
    (path: string, ...steps: FrontSteps): void => {
      // By their type, the last step is the handler and the others are guards.
      const guards = steps.slice(0, -1) as unknown as readonly FrontGuard[];
      const handler = steps.at(-1) as FrontHandler;
      parts.push({ kind: 'route', methods, path, guards, handler });
    };
  declare({
    get: add('GET', 'HEAD'),
    post: add('POST'),
    delete: add('DELETE'),
    all: add(...METHODS),
    guard: (path, guard) => parts.push({ kind: 'guard', path, guard }),
    publish: (metadata) => parts.push({ kind: 'metadata', metadata }),
    layer: (layer) => parts.push({ kind: 'layer', layer }),
    cors: (options) => parts.push({ kind: 'cors', options }),
    answerRefusals: (api) => parts.push({ kind: 'refusals', api }),
    onError: (handler) => parts.push({ kind: 'error', handler }),
    express: (mount) => parts.push({ kind: 'express', mount }),
  });
  return parts;
}

/**
 * Lists the routes with the guards of their paths and their own, for frameworks that guard only routes.
 */
export function guardedRoutes(parts: readonly Declared[]): readonly DeclaredRoute[] {
  const prefixes: { readonly path: string; readonly guard: FrontGuard }[] = [];
  const routes: DeclaredRoute[] = [];
  for (const part of parts) {
    if (part.kind === 'guard') prefixes.push(part);
    if (part.kind !== 'route') continue;
    const before = prefixes.filter(({ path }) => isBelow(part.path, path));
    routes.push({ ...part, guards: [...before.map(({ guard }) => guard), ...part.guards] });
  }
  return routes;
}

function isBelow(path: string, prefix: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
}

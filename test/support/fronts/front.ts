/**
 * The frameworks on which Scopegate protects APIs, behind one interface: the same declaration of routes
 * becomes an application of each.
 *
 * @module
 */
import type {
  AccessPolicy,
  GuardPolicy,
  HandlerPolicy,
  ReportOnlyOptions,
  ResourceServer as ExpressResourceServer,
  VerifiedAccessToken,
} from '@scopegate/express';
import type { Application } from 'express';
import type { Express } from '../express-versions.js';

/** A guard of any framework. */
export interface FrontGuard {
  readonly policy: GuardPolicy;
}

/** A policy whose condition, if any, does not read the request. */
export type FrontPolicy = HandlerPolicy & {
  readonly fresh?: boolean | undefined;
  readonly trial?: HandlerPolicy | undefined;
  readonly check?: {
    readonly name: string;
    readonly test: (token: VerifiedAccessToken) => boolean | Promise<boolean>;
  };
};

/** What the resource servers of all frameworks have in common. */
export interface FrontResourceServer extends Pick<
  ExpressResourceServer,
  'name' | 'ready' | 'refresh' | 'health' | 'explain' | 'close'
> {
  requireAccessToken(): FrontGuard;
  requireScope(scope: string, ...scopes: string[]): FrontGuard;
  requireAnyScope(scope: string, ...scopes: string[]): FrontGuard;
  require(policy: FrontPolicy): FrontGuard;
  optionalAccessToken(): FrontGuard;
  dangerouslyReportOnly(guard: FrontGuard, options: ReportOnlyOptions): FrontGuard;
  metadata(options?: Parameters<ExpressResourceServer['metadata']>[0]): object;
  /** @param request - {@link FrontRequest.original} */
  accessToken(request: object): ReturnType<ExpressResourceServer['accessToken']>;
  accessTokenIfAny(request: object): ReturnType<ExpressResourceServer['accessTokenIfAny']>;
  policy(policy: Parameters<ExpressResourceServer['policy']>[0]): AccessPolicy;
  /** @param request - {@link FrontRequest.original} */
  assertAllowed(request: object, policy: AccessPolicy): void;
}

/** A request as a handler sees it. */
export interface FrontRequest {
  readonly method: string;
  /** The framework's own request, for `api.accessToken()`. */
  readonly original: object;
  /** The client's port, which identifies the connection. */
  readonly remotePort: number;
  readonly header: (name: string) => string | undefined;
  /** Reads the body. */
  readonly text: () => Promise<string>;
}

/** The response of a handler: 200 without header fields and body by default. */
export interface FrontAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A route's handler. What it throws goes to the error handling of the framework. */
export type FrontHandler = (request: FrontRequest) => FrontAnswer | Promise<FrontAnswer>;

/** The header fields that a layer in front of the guards sets, and its response if it answers itself. */
export interface FrontLayerAnswer {
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  readonly answer?: FrontAnswer;
}

/** A layer in front of the guards, such as CORS. */
export type FrontLayer = (request: FrontRequest) => FrontLayerAnswer;

/** Options that every CORS layer has. */
export interface CorsOptions {
  readonly origin: string;
  /** The names in `Access-Control-Expose-Headers`. */
  readonly exposed: readonly string[];
}

/** The guards of a route, in order, and its handler. */
export type FrontSteps = readonly [...guards: FrontGuard[], handler: FrontHandler];

/** Declares an application, in the order in which a request passes its parts. */
export interface FrontApp {
  get(path: string, ...steps: FrontSteps): void;
  post(path: string, ...steps: FrontSteps): void;
  delete(path: string, ...steps: FrontSteps): void;
  /** Every method that {@link METHODS} lists. */
  all(path: string, ...steps: FrontSteps): void;
  /** Guards every later route at the path and below it. */
  guard(path: string, guard: FrontGuard): void;
  /** Serves a metadata document: the result of `api.metadata()`. */
  publish(metadata: object): void;
  /** Adds a layer. Only Node's frameworks have a response before a guard runs. */
  layer(layer: FrontLayer): void;
  /** Adds the CORS layer that is usual with the framework. */
  cors(options: CorsOptions): void;
  /** Answers the refusals that handlers throw, as the README of the framework's package shows. */
  answerRefusals(api: FrontResourceServer): void;
  /** Handles what handlers and guards throw, as the last part of the application. */
  onError(handler: (error: unknown) => FrontAnswer): void;
  /** Mounts what only Express has. */
  express(mount: (app: Application, express: Express) => void): void;
}

/** A server on 127.0.0.1. */
export interface RunningFront {
  readonly url: URL;
  /** Closes the server and its connections. */
  readonly close: () => Promise<void>;
}

/** A framework with the adapter of Scopegate for it. */
export interface Front {
  /** For titles of tests. */
  readonly name: string;
  /**
   * Whether guards, layers and handlers share one response object. With web standards, a guard returns
   * its own response.
   */
  readonly sharesResponse: boolean;
  /** Whether a request has its field lines joined by commas, as `Headers` of the Fetch Standard does. */
  readonly joinsFieldLines: boolean;
  /** Whether body parsers run in front of the guards, so that a form can carry the token. */
  readonly parsesBodiesFirst: boolean;
  /** Whether the response to HEAD has the Content-Length of that to GET. RFC 9110 §9.3.2 allows both. */
  readonly sendsLengthToHead: boolean;
  /** Creates a resource server with the package for this framework. */
  createResourceServer(options: object): FrontResourceServer;
  /** Serves the application that `declare` declares. */
  serve(declare: (app: FrontApp) => void): Promise<RunningFront>;
}

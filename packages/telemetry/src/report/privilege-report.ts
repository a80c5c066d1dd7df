/**
 * Which scopes clients hold, which of them they need, and what a limit on a route would refuse.
 *
 * @module
 */
import type { Principal } from '@scopegate/access-token';
import type { GuardPolicy } from '@scopegate/resource-server';

/** What is advised about a client. `watch`: it has not been observed long enough. */
export type ClientAdvice = 'cut' | 'watch' | 'fits';

/** How a client uses a scope. */
export interface ScopeUse {
  /** The scope; only scopes that the API declares are named. */
  readonly name: string;
  /**
   * `used`: a route that the client passed needs it. `alternative`: a route accepts it, but the client holds
   * another scope that is enough. `unused`: held, and needed by no route that the client passed. `missing`: the
   * client was refused because it does not hold it.
   */
  readonly state: 'used' | 'unused' | 'alternative' | 'missing';
  /** Number of requests that needed it, or were refused for it. */
  readonly requests: number;
  /** When it was last needed, in ISO 8601; `undefined` if it never was. */
  readonly lastUsed: string | undefined;
  /** The routes that needed it, such as `GET /v1/sales/:id`. */
  readonly routes: readonly string[];
}

/** What one client was seen to hold and to need. */
export interface ClientReport {
  /** The name of the resource server. */
  readonly server: string;
  /** The issuer, as configured. */
  readonly issuer: string;
  /** The client; `undefined` for the calls of all clients where `identifyClients` is not set. */
  readonly clientId: string | undefined;
  /** The first request, in ISO 8601. */
  readonly from: string;
  /** The last request, in ISO 8601. */
  readonly to: string;
  /** Number of requests with a verified token, those that were refused included. */
  readonly requests: number;
  /** The requests by whom the client acted for. */
  readonly principals: Readonly<Record<Principal, number>>;
  /** Every declared scope that it held or lacked, sorted by name. */
  readonly scopes: readonly ScopeUse[];
  /** The largest number of scopes in one token that the API does not declare: counted, never named. */
  readonly others: number;
  /** What is advised; `because` says why. */
  readonly advice: ClientAdvice;
  /** The scopes to take from the client; empty unless `advice` is `cut`. */
  readonly cut: readonly string[];
  /** Why, in one sentence. */
  readonly because: string;
}

/** What limits on a route would do. */
export interface RouteReport {
  /** The name of the resource server. */
  readonly server: string;
  /** The request method; `GET` stands for `HEAD`, too. */
  readonly method: string;
  /** The declared path. */
  readonly route: string;
  /** The policies that its requests needed, in order. */
  readonly policies: readonly GuardPolicy[];
  /** The tightest limits that could be the option `atMost` of the route. */
  readonly atMost: {
    /**
     * The tightest limit that refuses no request; `undefined` if undeclared scopes were held, the scopes of a
     * client are unknown, or requests are known to be missing. Empty if no token had a declared scope: a guard cannot express that.
     */
    readonly refusesNobodyToday: readonly string[] | undefined;
    /** The tightest limit once the clients have lost what `cut` lists. */
    readonly afterTheCuts: readonly string[];
    /** The scopes that the route itself requires. */
    readonly routeAlone: readonly string[];
  };
  /** The clients that `excessScopes: 'refuse'` would refuse today, with the scopes that are too many. */
  readonly wouldRefuse: readonly {
    /** The issuer, as configured. */
    readonly issuer: string;
    /** The client; `undefined` where `identifyClients` is not set. */
    readonly clientId: string | undefined;
    /** The declared scopes that are too many. */
    readonly scopes: readonly string[];
    /** Number of undeclared scopes that are too many. */
    readonly others: number;
  }[];
}

/** The report. It covers one API: a scope that is cut here may serve another API of the same audience. */
export interface PrivilegeReport {
  /** The first time at which a process was observed, in ISO 8601; `undefined` without one. */
  readonly from: string | undefined;
  /** The last time, likewise. */
  readonly to: string | undefined;
  /** Number of processes whose observations were merged. */
  readonly processes: number;
  /** Number of processes that replaced another one. */
  readonly restarts: number;
  /** The clients with a verified token, sorted by server, issuer and client. */
  readonly clients: readonly ClientReport[];
  /** The routes with a known path that a client has passed, sorted by server and path. */
  readonly routes: readonly RouteReport[];
  /** Number of observations that did not fit the bounds of the recorder. */
  readonly dropped: number;
}

/**
 * A resource server whose requests are plain messages, with its routes: guards decide as they do in front of
 * any framework, without sockets.
 *
 * @module
 */
import {
  createResourceServer,
  type GuardOptions,
  type ImpliedScopes,
  type RequestAdapter,
  type ResourceServer,
  type RoutePolicy,
} from '@scopegate/resource-server';
import { SECRET_OPTIONS } from './tokens.js';

/** A request. */
export interface Message {
  readonly route: string;
  readonly token: string;
  readonly end: (() => void)[];
}

const messages: RequestAdapter<Message> = {
  authorization: ({ token }) => `Bearer ${token}`,
  url: () => undefined,
  method: () => 'GET',
  route: ({ route }) => route,
  body: () => ({ contentType: undefined, value: undefined }),
  onEnd: ({ end }, listener) => {
    end.push(listener);
    return () => void end.splice(end.indexOf(listener), 1);
  },
};

/** The routes of an API by their paths: the policies of the guards in front of each. */
export type Routes = Readonly<Record<string, readonly RoutePolicy<string, unknown, Message>[]>>;

/** The options of an API that matter here. */
export interface MessageApiOptions extends Pick<GuardOptions, 'excessScopes'> {
  readonly scopes: readonly string[];
  readonly impliedScopes?: ImpliedScopes | undefined;
}

/** An API. */
export interface MessageApi {
  readonly server: ResourceServer<string, unknown, Message>;
  /** Whether a token passes the guards of a route. */
  readonly passes: (route: string, token: string) => boolean;
}

/** Creates an API. A route without policies only requires a token. */
export function createMessageApi(routes: Routes, options: MessageApiOptions): MessageApi {
  const server = createResourceServer(
    { ...SECRET_OPTIONS, name: 'sales', identifyClients: true, ...options },
    messages,
  );
  const guards = new Map(
    Object.entries(routes).map(([route, policies]) => [
      route,
      policies.length === 0
        ? [server.requireAccessToken()]
        : policies.map((policy) => server.require(policy)),
    ]),
  );
  const passes = (route: string, token: string): boolean => {
    const message: Message = { route, token, end: [] };
    const isPassed = (guards.get(route) ?? []).every((guard) => guard.check(message) === undefined);
    for (const listener of [...message.end]) listener();
    return isPassed;
  };
  return { server, passes };
}

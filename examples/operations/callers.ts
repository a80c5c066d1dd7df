/**
 * The clients of the API, so that there is something to observe. One of them requests tokens for the wrong API.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import { clientSecretBasic, createTokenClient, type TokenSource } from '@scopegate/client';

/** A client that is registered at the authorization server. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that it may request, space-delimited. */
  readonly scope: string;
}

/** The registered clients, by what they are for. */
export interface Registrations {
  /** Reads, and can do nothing else. */
  readonly reports: RegisteredClient;
  /** Reads and writes, and was granted more than it uses. */
  readonly backOffice: RegisteredClient;
  /** Requests its tokens for another API. */
  readonly dashboard: RegisteredClient;
}

/** Where the calls go. */
export interface CallerOptions {
  readonly issuer: string;
  /** The URL of the API, which is also its identifier. */
  readonly api: string;
  readonly clients: Registrations;
}

/** The API for which the dashboard requests its tokens. */
const WRONG_API = 'https://inventory.example.com';

/** Callers that call until they are stopped. */
export interface Callers {
  /** Calls once as each client. */
  callOnce(): Promise<void>;
  /** Stops them, and waits for the pending calls. */
  stop(): Promise<void>;
}

/**
 * Starts the callers.
 *
 * @param everyMs - The time between two rounds; `undefined` calls only by `callOnce()`.
 */
export function startCallers(options: CallerOptions, everyMs: number | undefined): Callers {
  const { api, clients } = options;
  const stopping = new AbortController();
  const reports = createSource(options, clients.reports, api);
  const backOffice = createSource(options, clients.backOffice, api);
  const dashboard = createSource(options, clients.dashboard, WRONG_API);
  const callOnce = async (): Promise<void> => {
    await call(`${api}/v1/sales/4711`, { source: reports });
    await call(`${api}/v1/sales/4711`, { source: backOffice });
    await call(`${api}/v1/sales`, { source: backOffice, method: 'POST' });
    await call(`${api}/v1/sales/4711`, { source: dashboard });
    // This one sends no token: it will be refused once the guard enforces.
    await call(`${api}/v1/refunds`, { method: 'POST' });
  };
  const ended =
    everyMs === undefined ? Promise.resolve() : repeat(callOnce, everyMs, stopping.signal);
  return {
    callOnce,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

function createSource(
  { issuer }: CallerOptions,
  { clientId, clientSecret, scope }: RegisteredClient,
  resource: string,
): TokenSource {
  const clientAuthentication = clientSecretBasic(() => clientSecret);
  return createTokenClient({ issuer, clientId, clientAuthentication }).for({ resource, scope });
}

interface Call {
  readonly method?: string;
  /** `undefined` for a call without a token. */
  readonly source?: TokenSource;
}

async function call(url: string, { method = 'GET', source }: Call): Promise<void> {
  const headers = new Headers();
  if (source !== undefined) {
    const { value } = await source.token();
    headers.set('authorization', `Bearer ${value}`);
  }
  const response = await fetch(url, { method, headers });
  await response.arrayBuffer();
}

async function repeat(
  round: () => Promise<void>,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await round();
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

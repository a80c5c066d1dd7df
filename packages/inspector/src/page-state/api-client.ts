/**
 * Reads what the process answers.
 *
 * @module
 */
import type { ExplainRequest, Explanation } from '../wire.js';

/** An answer that is not the expected one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The status of the response; 0 if there was none. */
  readonly status: number;

  constructor(status: number) {
    super(describeStatus(status));
    this.status = status;
  }
}

/** Reads from the paths below `api/`. */
export interface ApiClient {
  /** @throws ApiError */
  get<T extends object>(path: string, signal?: AbortSignal): Promise<T>;
  /** @throws ApiError */
  explain(request: ExplainRequest): Promise<Explanation>;
}

/** Creates a client for the process that serves the page. */
export function createApiClient(base: string, authorization: string | undefined): ApiClient {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (authorization !== undefined) headers['authorization'] = authorization;
  const send = async <T extends object>(path: string, request: RequestInit): Promise<T> => {
    const url = `${base}${path}`;
    const response = await fetch(url, request).catch(() => undefined);
    if (response?.ok !== true) throw new ApiError(response?.status ?? 0);
    const body: unknown = await response.json().catch(() => undefined);
    if (typeof body !== 'object' || body === null) throw new ApiError(response.status);
    // The process that served this page answers with the types of the same version.
    return body as T;
  };
  return {
    get: (path, signal) => send(path, signal === undefined ? { headers } : { headers, signal }),
    explain: (request) =>
      send('explain', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
  };
}

function describeStatus(status: number): string {
  switch (status) {
    case 0:
      return 'The process does not respond.';
    case 401:
    case 403:
      return 'The process does not accept the key of this page.';
    case 404:
      return 'This is switched off in the process.';
    case 413:
      return 'The token is too long: a request may have 32 KiB.';
    case 429:
    case 503:
      return 'The process is busy. Try again in a few seconds.';
    default:
      return `The process answered with an unexpected response (status ${status}).`;
  }
}

/**
 * The introspection endpoint of an issuer: configured, or discovered in its metadata.
 *
 * @module
 */
import type { ExchangeOptions } from '@scopegate/protocol/internal';
import { discoverUrl } from '../keys/discovery.js';
import { IntrospectionFault } from './introspection-fault.js';

const MAX_METADATA_BYTES = 512 * 1024;

/** Options of an {@link IntrospectionEndpoint}. */
export interface IntrospectionEndpointOptions {
  readonly issuer: string;
  /** `undefined` means discovery. */
  readonly endpoint: URL | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly allowHttp: boolean;
  /** Aborts a discovery. */
  readonly signal: AbortSignal;
}

/** Finds the introspection endpoint. */
export class IntrospectionEndpoint {
  readonly #options: IntrospectionEndpointOptions;
  #discovery: Promise<URL> | undefined;
  #lastKnown: URL | undefined;

  constructor(options: IntrospectionEndpointOptions) {
    this.#options = options;
  }

  /**
   * Finds the endpoint; concurrent callers share one discovery.
   *
   * @throws IntrospectionFault (rejects) `discovery`
   */
  find(): Promise<URL> {
    const { endpoint } = this.#options;
    if (endpoint !== undefined) return Promise.resolve(endpoint);
    this.#discovery ??= this.#discover();
    return this.#discovery;
  }

  /**
   * Discovers the endpoint again at the next call if it may have moved, and keeps the current one if that
   * fails.
   */
  noteFault({ failure, status = 500 }: IntrospectionFault): void {
    const isMissing = failure === 'status' && status < 500 && status !== 429;
    if (failure === 'unreachable' || isMissing) this.#discovery = undefined;
  }

  async #discover(): Promise<URL> {
    const { issuer, fetch, timeoutMs, allowHttp, signal } = this.#options;
    const mediaTypes = ['application/json'];
    const limits = { timeoutMs, maxBytes: MAX_METADATA_BYTES };
    const exchange: ExchangeOptions = { fetch, mediaTypes, signal, ...limits };
    try {
      const request = { issuer, exchange, allowHttp };
      const { found } = await discoverUrl('introspection_endpoint', request);
      this.#lastKnown = found;
      return found;
    } catch (cause) {
      this.#discovery = undefined;
      if (this.#lastKnown !== undefined) return this.#lastKnown;
      throw new IntrospectionFault('discovery', { cause });
    }
  }
}

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

  /** Discovers the endpoint again at the next call, because it may have moved. */
  forget(): void {
    this.#discovery = undefined;
  }

  async #discover(): Promise<URL> {
    const { issuer, fetch, timeoutMs, allowHttp, signal } = this.#options;
    const mediaTypes = ['application/json'];
    const limits = { timeoutMs, maxBytes: MAX_METADATA_BYTES };
    const exchange: ExchangeOptions = { fetch, mediaTypes, signal, ...limits };
    try {
      const request = { issuer, exchange, allowHttp };
      return (await discoverUrl('introspection_endpoint', request)).found;
    } catch (cause) {
      this.forget();
      throw new IntrospectionFault('discovery', { cause });
    }
  }
}

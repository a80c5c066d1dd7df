/**
 * What a request presents, read when the verifier needs it.
 *
 * @module
 */
import type { Presentation } from '@scopegate/access-token';
import {
  findCertificate,
  type FoundCertificate,
  type ResolvedPossession,
} from '@scopegate/access-token/internal';
import type { AuthScheme, MissingCertificateReason } from '@scopegate/protocol';
import type { RequestAdapter, RequestLine } from './request-adapter.js';

/** A request, and how it is read. */
export interface PresentationSource<Request extends object> {
  readonly request: Request;
  readonly adapter: RequestAdapter<Request>;
  readonly possession: Pick<ResolvedPossession, 'mtls'>;
}

/** A token that a request presents. The proof or the certificate is read only for a bound token. */
export class PresentedRequest<Request extends object> implements Presentation {
  readonly scheme: AuthScheme;
  readonly token: string;
  readonly #source: PresentationSource<Request>;

  constructor(scheme: AuthScheme, token: string, source: PresentationSource<Request>) {
    this.scheme = scheme;
    this.token = token;
    this.#source = source;
  }

  get proofs(): readonly string[] {
    return this.#fieldLines('dpop');
  }

  get method(): string {
    return this.#requestLine().method ?? '';
  }

  get target(): string {
    return this.#requestLine().target ?? '';
  }

  get certificate(): string | undefined {
    return this.#findCertificate()?.thumbprint;
  }

  get missingCertificate(): MissingCertificateReason | undefined {
    return this.#findCertificate()?.missing;
  }

  /** All resource servers get the same request, so that its proof is registered once. */
  get request(): Request {
    return this.#source.request;
  }

  #findCertificate(): FoundCertificate | undefined {
    const { request, adapter, possession } = this.#source;
    if (possession.mtls === undefined) return undefined;
    const socket = adapter.socket?.(request);
    if (socket === undefined) return undefined;
    const fieldLines = (name: string): readonly string[] => this.#fieldLines(name);
    return findCertificate(possession.mtls, { socket, fieldLines });
  }

  #requestLine(): RequestLine {
    const { request, adapter } = this.#source;
    return (
      adapter.requestLine?.(request) ?? {
        method: adapter.method(request),
        target: adapter.url(request),
      }
    );
  }

  #fieldLines(name: string): readonly string[] {
    const { request, adapter } = this.#source;
    const lines: unknown = adapter.fieldLines?.(request, name) ?? [];
    if (isStringList(lines)) return lines;
    throw new TypeError('fieldLines() of a RequestAdapter must return an array of strings');
  }
}

/** A string would be read as a list of its characters. */
function isStringList(lines: unknown): lines is readonly string[] {
  return Array.isArray(lines) && lines.every((line) => typeof line === 'string');
}

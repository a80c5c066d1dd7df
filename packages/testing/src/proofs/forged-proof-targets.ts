/**
 * Forgeries of proofs that are for another request.
 *
 * @module
 */
import { type ProofAttempt, type ProofForgeries, signWithClaims } from './forged-proof.js';

/** The names of the forgeries of methods and URLs. */
export type ForgedProofTargetName =
  | 'otherMethod'
  | 'lowerCaseMethod'
  | 'otherUrl'
  | 'otherHost'
  | 'otherScheme'
  | 'otherPort'
  | 'relativeUrl'
  | 'encodedSlash'
  | 'trailingSlash';

const METHOD = { error: 'invalid_dpop_proof', reasons: ['proof_method'] } as const;
const URL = { error: 'invalid_dpop_proof', reasons: ['proof_url'] } as const;

/** The forgeries of methods and URLs. RFC 9449 §4.3. */
export const FORGED_PROOF_TARGETS: ProofForgeries<ForgedProofTargetName> = {
  otherMethod: {
    explanation: 'is for another method',
    ...METHOD,
    forge: (attempt) =>
      signWithClaims(attempt, { htm: attempt.request.method === 'POST' ? 'GET' : 'POST' }),
  },
  lowerCaseMethod: {
    explanation: 'has the method in lower case; methods are case-sensitive',
    ...METHOD,
    forge: (attempt) => signWithClaims(attempt, { htm: attempt.request.method.toLowerCase() }),
  },
  otherUrl: {
    explanation: 'is for another path of the same origin',
    ...URL,
    forge: withUrl(({ origin }) => `${origin}/another-path`),
  },
  otherHost: {
    explanation: 'is for another host, whose name starts with the right one',
    ...URL,
    forge: withUrl(({ scheme, host, port, path }) => {
      return `${scheme}://${host}.evil.example${port}${path}`;
    }),
  },
  otherScheme: {
    explanation: 'is for http instead of https, or the reverse',
    ...URL,
    forge: withUrl(({ scheme, host, port, path }) => {
      return `${scheme.toLowerCase() === 'https' ? 'http' : 'https'}://${host}${port}${path}`;
    }),
  },
  otherPort: {
    explanation: 'is for another port',
    ...URL,
    forge: withUrl(({ scheme, host, port, path }) => {
      return `${scheme}://${host}${port === ':8444' ? ':8445' : ':8444'}${path}`;
    }),
  },
  relativeUrl: {
    explanation: 'has only the path of the URL',
    ...URL,
    forge: withUrl(({ path }) => path),
  },
  encodedSlash: {
    explanation: 'has a percent-encoded slash in the path of the URL',
    ...URL,
    forge: withUrl(({ origin, path }) => {
      // The first slash separates the host from the path.
      const last = Math.max(path.lastIndexOf('/'), 1);
      return `${origin}${path.slice(0, last)}%2F${path.slice(last).replace('/', '')}`;
    }),
  },
  trailingSlash: {
    explanation: 'has a slash after the path of the URL',
    ...URL,
    forge: withUrl(({ origin, path }) => `${origin}${path}/`),
  },
};

interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  /** With its colon; `''` for none. */
  readonly port: string;
  readonly path: string;
  readonly origin: string;
}

const URL_PARTS = /^(https?):\/\/((?:\[[^\]]*\]|[^/:])*)(:\d*)?(.*)$/is;

function withUrl(change: (parts: UrlParts) => string): (attempt: ProofAttempt) => string {
  return (attempt) => {
    const [, scheme = '', host = '', port = '', path = ''] =
      URL_PARTS.exec(String(attempt.draft.claims['htu'])) ?? [];
    const origin = `${scheme}://${host}${port}`;
    const htu = change({ scheme, host, port, origin, path: path === '' ? '/' : path });
    return signWithClaims(attempt, { htu });
  };
}

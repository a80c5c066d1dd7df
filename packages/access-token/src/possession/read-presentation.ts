/**
 * Reads what a request of Node's HTTP server presents.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import {
  findBearerCredentials,
  findDpopCredentials,
  readAuthorization,
  readFieldLines,
} from '@scopegate/protocol/internal';
import { findCertificate } from '../mtls/certificate-source.js';
import type { ResolvedPossession } from '../options/resolve-possession.js';
import type { Presentation } from './presentation.js';

/** Middleware may replace what was sent, and keeps it under these names. */
type SentRequest = IncomingMessage & {
  /** As `method-override` sets it. */
  readonly originalMethod?: string;
  /** As Express and Connect set it, because their routers cut `url`. */
  readonly originalUrl?: string;
};

/**
 * Reads the access token of a request, and what proves the possession of its key.
 *
 * @returns `undefined` when the request has no credentials of a scheme that is accepted.
 * @throws InvalidRequestError The credentials are malformed or repeated.
 */
export function readPresentation(
  request: SentRequest,
  { dpop, mtls }: ResolvedPossession,
): Presentation | undefined {
  const authorization = readAuthorization(request);
  const bearer = findBearerCredentials(authorization);
  const bound = dpop && findDpopCredentials(authorization);
  const token = bearer ?? bound;
  if (token === undefined) return undefined;
  const fieldLines = (name: string): readonly string[] => readFieldLines(request, name);
  const found = mtls && findCertificate(mtls, { socket: request.socket, fieldLines });
  return {
    scheme: bearer === undefined ? 'DPoP' : 'Bearer',
    token,
    proofs: fieldLines('dpop'),
    method: request.originalMethod ?? request.method ?? '',
    target: request.originalUrl ?? request.url ?? '',
    certificate: found?.thumbprint,
    missingCertificate: found?.missing,
    request,
  };
}

/**
 * Findings about how an application accepts bound tokens.
 *
 * @module
 */
import type { VerifierHealth } from '@scopegate/access-token';
import { auditRoutes, type RoutedApplication } from '@scopegate/express';
import { parseChallenges } from '@scopegate/protocol';
import { findSystemCode, formatUrl, isInternalUrl, parseUrl } from '@scopegate/protocol/internal';
import { createFinding, type DoctorFinding } from '../advice/doctor-finding.js';
import { DocumentRecorder, type FetchOptions, type RecordedAnswer } from './document-recorder.js';

/** An application that accepts bound tokens, or does not. */
export interface ExaminedApplication {
  readonly health: VerifierHealth;
  /** `undefined` when it is not exported. */
  readonly application: RoutedApplication | undefined;
}

/**
 * Checks where an application registers proofs, and whether its public URL leads to it: one of its guarded
 * routes is requested there, without a token.
 */
export async function checkApplication(
  { health: { replay, publicUrls = [] }, application }: ExaminedApplication,
  options: FetchOptions,
): Promise<readonly DoctorFinding[]> {
  const what = 'used proofs are registered in the memory of one process';
  const path = application && findTrialPath(application);
  const recorder = new DocumentRecorder(options);
  const trials = publicUrls.map((publicUrl) => tryPublicUrl({ publicUrl, path }, recorder));
  return [
    ...(await Promise.all(trials)).flat(),
    ...(replay === 'process' ? [createFinding('replay_in_process', what)] : []),
  ];
}

/**
 * Finds a route that refuses every request without a token, and whose path has no parameters. The challenge
 * of a route that requires a certificate offers no proofs.
 */
function findTrialPath(application: RoutedApplication): string | undefined {
  const { routes } = auditRoutes(application);
  return routes.find(
    ({ method, path, access, senderConstraints }) =>
      access === 'guarded' &&
      !senderConstraints.includes('mtls') &&
      ['GET', 'ALL'].includes(method) &&
      /^\/[-\w./~]*$/.test(path),
  )?.path;
}

interface Trial {
  readonly publicUrl: string;
  /** `undefined` when no route can be requested. */
  readonly path: string | undefined;
}

async function tryPublicUrl(
  { publicUrl, path }: Trial,
  recorder: DocumentRecorder,
): Promise<readonly DoctorFinding[]> {
  const base = parseUrl(publicUrl);
  if (base !== undefined && isInternalUrl(base)) {
    return [createFinding('public_url_internal', `"dpop.publicUrl" is ${formatUrl(base)}`)];
  }
  const url = path === undefined ? undefined : parseUrl(`${publicUrl}${path}`);
  if (url === undefined) return [];
  const answer = await recorder.read(url, { accept: '*/*' });
  const request = `GET ${formatUrl(url)}`;
  if (answer.kind === 'failed') {
    const reason = findSystemCode(answer.error) ?? 'no response';
    return [createFinding('public_url_unreachable', `${request} failed: ${reason}`)];
  }
  if (isDemandForProof(answer)) return [];
  const what = `${request} answered ${answer.status} without a DPoP challenge, but the route is guarded`;
  return [createFinding('public_url_elsewhere', what)];
}

function isDemandForProof({
  status,
  headers,
}: Extract<RecordedAnswer, { kind: 'answered' }>): boolean {
  const challenges = parseChallenges(headers.get('www-authenticate') ?? '') ?? [];
  return status === 401 && challenges.some(({ scheme }) => /^dpop$/i.test(scheme));
}

/**
 * Checks an authorization server from the perspective of a resource server.
 *
 * @module
 */
import { listMetadataUrls, parseIssuer } from '@scopegate/protocol/internal';
import type { Severity } from '../advice/advice.js';
import { checkDelivery, listMetadata } from './discovery-findings.js';
import { createFinding, type DoctorCode, type DoctorFinding } from '../advice/doctor-finding.js';
import { DocumentRecorder, type FetchOptions } from './document-recorder.js';
import { examineDocument, type ExaminedDocument } from './examined-document.js';
import { checkKeys } from './key-findings.js';
import { checkMetadata } from './metadata-findings.js';
import { checkCaching, checkClock, checkSpeed } from './transport-findings.js';
import { type TrialResult, tryVerifier } from './verifier-trial.js';

/** How an authorization server is checked. */
export interface CheckIssuerOptions extends FetchOptions {
  /**
   * The URL of the JWKS, for servers without metadata. The metadata is not requested then.
   *
   * @defaultValue discovered from the metadata of the issuer
   */
  readonly jwksUri?: string | undefined;
  /**
   * Accepts http URLs of hosts other than this machine.
   *
   * @defaultValue `false`
   */
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

/** What the public documents of an authorization server show. Deeply frozen. */
export interface IssuerReport {
  /** The issuer identifier, as given. */
  readonly issuer: string;
  /** `failed`: there are errors. Without usable keys there is always an error. */
  readonly outcome: 'ok' | 'failed';
  /** The URL of the metadata document that a verifier uses; `undefined` when it uses none. */
  readonly metadata: string | undefined;
  /** The URL from which a verifier fetches the keys; `undefined` when it finds none. */
  readonly jwksUri: string | undefined;
  /** The number of keys that a verifier can use. */
  readonly keys: number;
  /** The verifier's error message; `undefined` when it has keys. */
  readonly error: string | undefined;
  /** The findings, the worst first. */
  readonly findings: readonly DoctorFinding[];
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Faults of one metadata document that do not matter when a verifier uses another one. */
const DISCOVERY_CODES =
  /^(?:metadata_|issuer_mismatch|jwks_uri_|host_|connection_|timed_|cert|tls_)/;

/**
 * Checks an authorization server by its public documents. A verifier decides whether it is usable; the
 * findings explain why. It requests only documents that a verifier would request, and no tokens.
 *
 * @throws TypeError (rejects) `jwksUri` or `timeoutMs` is out of range.
 * @example
 * const { outcome, findings } = await checkIssuer('https://login.example.com', {
 *   fetch, clock: Date.now, timeoutMs: 5_000,
 * });
 */
export async function checkIssuer(
  issuer: string,
  options: CheckIssuerOptions,
): Promise<IssuerReport> {
  const { jwksUri, dangerouslyAllowHttp, clock, timeoutMs } = options;
  const recorder = new DocumentRecorder(options);
  let trial: TrialResult;
  try {
    const trialOptions = { issuer, jwksUri, dangerouslyAllowHttp, clock, timeoutMs };
    trial = await tryVerifier(trialOptions, recorder);
  } catch (error) {
    const finding = findIssuerFault(issuer, error);
    if (finding === undefined) throw error;
    return createReport({ issuer, keys: 0, error: finding.what }, [finding]);
  }
  const places = jwksUri === undefined ? listPlaces(issuer, trial.requested) : [];
  const isPlace = (url: string): boolean => places.some(({ href }) => href === url);
  const located = trial.requested.findLast((url) => !isPlace(url));
  const used = located === undefined ? undefined : trial.requested.findLast(isPlace);
  const documents = await Promise.all(places.map((url) => examineDocument(url, recorder)));
  const jwks = located && (await examineDocument(new URL(located), recorder));
  const context = {
    issuer,
    allowHttp: dangerouslyAllowHttp === true,
    used: used === undefined ? undefined : new URL(used),
  };
  const discovery = [
    ...checkDelivery(documents),
    ...checkMetadata(listMetadata(documents), context),
  ];
  const findings = [
    ...mergeFindings(discovery).map((finding) => gradeDiscovery(finding, used)),
    ...(jwks ? [...(await checkKeys(jwks)), ...checkCaching(jwks)] : []),
    ...checkTransport(jwks ? [...documents, jwks] : documents),
  ];
  return createReport({ issuer, ...trial, metadata: used, jwksUri: located }, findings);
}

/** Servers are not expected to support the third location, which only issuers with a path have. */
const EXPECTED_PLACES = 2;

/** Lists the locations of the metadata: those that are expected to work, and those that were tried. */
function listPlaces(issuer: string, requested: readonly string[]): readonly URL[] {
  return listMetadataUrls(new URL(issuer)).filter(
    ({ href }, index) => index < EXPECTED_PLACES || requested.includes(href),
  );
}

/** Finds why the verifier refuses the issuer; `undefined` when it refuses another option. */
function findIssuerFault(issuer: string, error: unknown): DoctorFinding | undefined {
  if (!(error instanceof TypeError) || !error.message.startsWith('option "issuer" ')) {
    return undefined;
  }
  const isHttp = parseIssuer(issuer)?.protocol === 'http:';
  const isWellKnown = issuer.includes('/.well-known/');
  const code = isHttp && !isWellKnown ? 'issuer_not_https' : 'issuer_form';
  return createFinding(code, error.message.replace('option "issuer"', 'the issuer'));
}

function checkTransport(documents: readonly ExaminedDocument[]): readonly DoctorFinding[] {
  return [...checkSpeed(documents), ...checkClock(documents)];
}

/** Documents of one server often have the same fault, which is one finding. */
function mergeFindings(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  const whats = new Map<DoctorCode, Set<string>>();
  for (const { code, what } of findings) {
    whats.set(code, (whats.get(code) ?? new Set()).add(what));
  }
  return [...whats].map(([code, each]) => createFinding(code, [...each].join('; ')));
}

/** A fault of one document is a warning when a verifier uses another document. */
function gradeDiscovery(finding: DoctorFinding, used: string | undefined): DoctorFinding {
  if (used === undefined || finding.severity !== 'error' || !DISCOVERY_CODES.test(finding.code)) {
    return finding;
  }
  const what = `${finding.what}; a verifier uses ${used}`;
  return Object.freeze({ ...createFinding(finding.code, what), severity: 'warning' });
}

/**
 * Adds findings about the application that trusts the issuer.
 *
 * @param acceptsProofs - Whether the application accepts tokens that are bound to a key.
 */
export function addApplicationFindings(
  report: IssuerReport,
  findings: readonly DoctorFinding[],
  acceptsProofs: boolean,
): IssuerReport {
  const { metadata } = report;
  const isOffered = report.findings.some(({ code }) => code === 'offers_dpop');
  const isMissing = acceptsProofs && metadata !== undefined && !isOffered;
  const what = `${metadata ?? ''} has no usable "dpop_signing_alg_values_supported"`;
  const added = isMissing ? [createFinding('dpop_not_offered', what), ...findings] : findings;
  // The application accepts proofs already.
  const kept = report.findings.filter(({ code }) => !(acceptsProofs && code === 'offers_dpop'));
  return createReport(report, [...kept, ...added]);
}

type ReportHead = Pick<IssuerReport, 'issuer' | 'keys' | 'error'> &
  Partial<Pick<IssuerReport, 'metadata' | 'jwksUri'>>;

function createReport(head: ReportHead, findings: readonly DoctorFinding[]): IssuerReport {
  const { issuer, keys, error, metadata, jwksUri } = head;
  const rank = ({ severity }: DoctorFinding): number => SEVERITIES.indexOf(severity);
  const isExplained = error === undefined || findings.some((each) => rank(each) === 0);
  const all = isExplained ? findings : [createFinding('not_ready', error), ...findings];
  const sorted = [...all].sort((one, other) => rank(one) - rank(other));
  const outcome = sorted.some((each) => rank(each) === 0) ? 'failed' : 'ok';
  return Object.freeze({
    issuer,
    outcome,
    metadata,
    jwksUri,
    keys,
    error,
    findings: Object.freeze(sorted),
  });
}

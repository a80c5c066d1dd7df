/**
 * What the response headers and the time of an answer show.
 *
 * @module
 */
import type { FetchedDocument } from './document-fetch.js';
import { type DoctorFinding, finding } from './doctor-finding.js';

const SLOW_MS = 1_000;
const DAY_SECONDS = 86_400;
// The tolerance of the verifier; a `Date` header is exact to the second.
const MAX_SKEW_MS = 5_000 + 1_000;

/** Judges how long documents took. */
export function judgeSpeed(documents: readonly FetchedDocument[]): readonly DoctorFinding[] {
  return documents
    .filter(({ elapsedMs, answer }) => answer !== undefined && elapsedMs > SLOW_MS)
    .map(({ url, elapsedMs }) =>
      finding('slow_answer', `${url.href} took ${Math.round(elapsedMs)} ms`),
    );
}

/** Judges the clock of the server by its `Date` header. RFC 9110 §6.6.1. */
export function judgeClock(documents: readonly FetchedDocument[]): readonly DoctorFinding[] {
  const skews = documents.flatMap(({ answer, at, elapsedMs }) => {
    const date = Date.parse(answer?.headers.get('date') ?? '');
    // Somewhere between question and answer the header was written.
    return Number.isNaN(date) ? [] : [nearestToZero(date - at, date - (at - elapsedMs))];
  });
  const skew = skews.find((difference) => Math.abs(difference) > MAX_SKEW_MS);
  if (skew === undefined) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  return [finding('clock_skew', `its clock is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}`)];
}

/** Judges how long the keys may be kept. */
export function judgeCaching({ url, answer }: FetchedDocument): readonly DoctorFinding[] {
  if (answer === undefined) return [];
  const control = (answer.headers.get('cache-control') ?? '').toLowerCase();
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/.exec(control)?.[1];
  if (/\bno-(store|cache)\b/.test(control) || maxAge === '0') {
    return [finding('jwks_not_cacheable', `${url.href} has Cache-Control: ${control}`)];
  }
  if (maxAge !== undefined && Number(maxAge) > DAY_SECONDS) {
    return [finding('jwks_cached_long', `${url.href} may be kept for ${maxAge} s`)];
  }
  if (maxAge !== undefined || answer.headers.has('expires')) return [];
  return [finding('jwks_cache_unsaid', `${url.href} does not say how long it is good`)];
}

function nearestToZero(early: number, late: number): number {
  if (early < 0 && late > 0) return 0;
  return Math.abs(early) < Math.abs(late) ? early : late;
}

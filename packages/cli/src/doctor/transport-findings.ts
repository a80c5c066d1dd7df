/**
 * Findings about the response headers and the response times of documents.
 *
 * @module
 */
import { formatUrl } from '@scopegate/protocol/internal';
import { createFinding, type DoctorFinding } from '../advice/doctor-finding.js';
import type { ExaminedDocument } from './examined-document.js';

const SLOW_MS = 1_000;
const DAY_SECONDS = 86_400;
// The verifier's tolerance of 5 s, and 1 s because a `Date` header is exact to the second.
const MAX_SKEW_MS = 6_000;

/** Checks how long the documents took. */
export function checkSpeed(documents: readonly ExaminedDocument[]): readonly DoctorFinding[] {
  return documents
    .filter(({ headers, elapsedMs }) => headers !== undefined && elapsedMs > SLOW_MS)
    .map(({ url, elapsedMs }) =>
      createFinding('slow_answer', `${url.href} took ${Math.round(elapsedMs)} ms`),
    );
}

/** Checks the clock of the server by its `Date` header. RFC 9110 §6.6.1. */
export function checkClock(documents: readonly ExaminedDocument[]): readonly DoctorFinding[] {
  const skews = documents.flatMap(({ headers, endedAt, elapsedMs }) => {
    const date = Date.parse(headers?.get('date') ?? '');
    // The server wrote the header at some time between the request and the response.
    return Number.isNaN(date) ? [] : [nearestToZero(date - endedAt, date - (endedAt - elapsedMs))];
  });
  const skew = skews.find((difference) => Math.abs(difference) > MAX_SKEW_MS);
  if (skew === undefined) return [];
  const direction = skew > 0 ? 'ahead' : 'behind';
  const seconds = Math.round(Math.abs(skew) / 1000);
  return [createFinding('clock_skew', `the clock of the server is ${seconds} s ${direction}`)];
}

/** Checks how long the key set may be cached. */
export function checkCaching(document: ExaminedDocument): readonly DoctorFinding[] {
  const { url, headers, content } = document;
  if (headers === undefined || content.kind !== 'json') return [];
  const control = (headers.get('cache-control') ?? '').toLowerCase();
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/.exec(control)?.[1];
  if (/\bno-(store|cache)\b/.test(control) || maxAge === '0') {
    const what = `the Cache-Control of ${formatUrl(url)} is "${control}", so it is never fresh`;
    return [createFinding('jwks_not_cacheable', what)];
  }
  const isStrict = /\bmust-revalidate\b/.test(control);
  const strict = isStrict
    ? [
        createFinding(
          'jwks_must_revalidate',
          `the Cache-Control of ${formatUrl(url)} is "${control}"`,
        ),
      ]
    : [];
  return [...strict, ...checkLifetime(url, maxAge, headers)];
}

function checkLifetime(
  url: URL,
  maxAge: string | undefined,
  headers: Headers,
): readonly DoctorFinding[] {
  if (maxAge !== undefined && Number(maxAge) > DAY_SECONDS) {
    return [createFinding('jwks_cached_long', `${formatUrl(url)} may be cached for ${maxAge} s`)];
  }
  if (maxAge !== undefined || headers.has('expires')) return [];
  return [
    createFinding(
      'jwks_cache_unsaid',
      `${formatUrl(url)} does not specify how long it may be cached`,
    ),
  ];
}

function nearestToZero(early: number, late: number): number {
  if (early < 0 && late > 0) return 0;
  return Math.abs(early) < Math.abs(late) ? early : late;
}

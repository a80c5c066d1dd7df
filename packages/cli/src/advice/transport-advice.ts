/**
 * Advice on the findings about how documents are delivered.
 *
 * @module
 */
import type { Advice } from './advice.js';

/** The names of the findings about how documents are delivered. */
export type TransportCode =
  | 'jwks_not_cacheable'
  | 'jwks_must_revalidate'
  | 'jwks_cached_long'
  | 'jwks_cache_unsaid'
  | 'slow_answer'
  | 'clock_skew';

/** The advice on each finding. */
export const TRANSPORT_ADVICE: Readonly<Record<TransportCode, Advice>> = {
  jwks_not_cacheable: {
    severity: 'warning',
    rfc: 'RFC 9111 §5.2.2',
    why: 'resource servers fetch the keys again very often (Scopegate: every minute), and some cannot use them in an outage (Scopegate uses them for 24 hours, or "keySet.maxStaleMs")',
    fix: 'send Cache-Control: public, max-age=3600',
  },
  jwks_must_revalidate: {
    severity: 'info',
    rfc: 'RFC 9111 §5.2.2.2',
    why: 'some resource servers cannot use the keys past their lifetime in an outage (Scopegate uses them for 24 hours more, or "keySet.maxStaleMs")',
    fix: 'send Cache-Control: public, max-age=3600',
  },
  jwks_cached_long: {
    severity: 'warning',
    rfc: 'RFC 9111 §5.2.2',
    why: 'caches that honour the header keep a withdrawn key for that long',
    fix: 'send a max-age of at most one day',
  },
  jwks_cache_unsaid: {
    severity: 'info',
    rfc: 'RFC 9111 §4.2.2',
    why: 'each client chooses its own lifetime; Scopegate uses ten minutes',
    fix: 'send Cache-Control: public, max-age=3600',
  },
  slow_answer: {
    severity: 'warning',
    rfc: 'RFC 9110 §15.6.5',
    why: 'the first requests after startup wait for the document and may time out',
    fix: 'serve the document from a cache close to the API',
  },
  clock_skew: {
    severity: 'warning',
    rfc: 'RFC 7519 §4.1.4',
    why: 'tokens are refused as expired or as not valid yet',
    fix: 'synchronize both clocks with NTP',
  },
};

/**
 * Advice on the delivery of the documents.
 *
 * @module
 */
import { type Advice, advice } from './advice.js';

/** What can be found of the delivery of the documents. */
export type TransportCode =
  'jwks_not_cacheable' | 'jwks_cached_long' | 'jwks_cache_unsaid' | 'slow_answer' | 'clock_skew';

/** The advice on each. */
export const TRANSPORT_ADVICE: Readonly<Record<TransportCode, Advice>> = {
  jwks_not_cacheable: advice(
    'warning',
    'RFC 9111 §5.2.2',
    'the document is fetched every minute by every server, and is not there in an outage',
    'answer with Cache-Control: public, max-age=3600',
  ),
  jwks_cached_long: advice(
    'warning',
    'RFC 9111 §5.2.2',
    'a key that was withdrawn goes on being trusted, by those who obey',
    'answer with a max-age of a day at most',
  ),
  jwks_cache_unsaid: advice(
    'info',
    'RFC 9111 §4.2.2',
    'everybody guesses how long the keys are good: Scopegate takes ten minutes',
    'answer with Cache-Control: public, max-age=3600',
  ),
  slow_answer: advice(
    'warning',
    'RFC 9110 §15.6.5',
    'the first requests after a start wait for it, and run into timeouts',
    'serve the document from a cache, near to the API',
  ),
  clock_skew: advice(
    'warning',
    'RFC 7519 §4.1.4',
    'tokens are taken for expired, or for not valid yet',
    'synchronise both clocks by NTP',
  ),
};

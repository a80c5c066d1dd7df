/**
 * Advice on the findings about bound tokens.
 *
 * @module
 */
import type { Advice } from './advice.js';

/** The names of the findings about bound tokens. */
export type BindingCode =
  | 'offers_dpop'
  | 'offers_mtls'
  | 'binding_malformed'
  | 'dpop_offers_unsafe'
  | 'dpop_not_offered'
  | 'public_url_internal'
  | 'public_url_unreachable'
  | 'public_url_elsewhere'
  | 'replay_in_process';

const OTHER_URL =
  'clients create proofs for the URL that they call, so every proof would be refused';

/** The advice on each finding. */
export const BINDING_ADVICE: Readonly<Record<BindingCode, Advice>> = {
  offers_dpop: {
    severity: 'info',
    rfc: 'RFC 9449 §5.1',
    why: 'clients can request tokens that are worth nothing without their key',
    fix: 'to accept such tokens, set "dpop" in the resource server',
  },
  offers_mtls: {
    severity: 'info',
    rfc: 'RFC 8705 §3.3',
    why: 'clients can request tokens that are worth nothing without their certificate',
    fix: 'to accept such tokens, set "mtls" in the resource server',
  },
  binding_malformed: {
    severity: 'warning',
    rfc: 'RFC 9449 §5.1',
    why: 'clients cannot find out which bound tokens they can request',
    fix: 'publish "dpop_signing_alg_values_supported" as an array of names, and "tls_client_certificate_bound_access_tokens" as a boolean',
  },
  dpop_offers_unsafe: {
    severity: 'warning',
    rfc: 'RFC 9449 §4.2',
    why: 'only a signature by a private key proves possession',
    fix: 'remove "none" and the algorithms with a shared secret from "dpop_signing_alg_values_supported"',
  },
  dpop_not_offered: {
    severity: 'warning',
    rfc: 'RFC 9449 §5.1',
    why: 'the API accepts tokens that are bound to a key, but clients may not request them',
    fix: 'enable DPoP in the authorization server; if it is enabled, publish "dpop_signing_alg_values_supported"',
  },
  public_url_internal: {
    severity: 'warning',
    rfc: 'RFC 9449 §4.3',
    why: OTHER_URL,
    fix: 'set "dpop.publicUrl" to the URL under which clients call the API; ignore this during development',
  },
  public_url_unreachable: {
    severity: 'warning',
    rfc: 'RFC 9449 §4.3',
    why: OTHER_URL,
    fix: 'check the spelling of "dpop.publicUrl"; if the API is not deployed there yet, run the command again later',
  },
  public_url_elsewhere: {
    severity: 'warning',
    rfc: 'RFC 9449 §4.3',
    why: OTHER_URL,
    fix: 'set "dpop.publicUrl" to the URL under which clients call the API, with the path that a proxy removes',
  },
  replay_in_process: {
    severity: 'warning',
    rfc: 'RFC 9449 §11.1',
    why: 'every process accepts each proof once, and forgets its proofs when it ends',
    fix: 'if the API has several processes, share a store by "dpop.replay.store"; a single process needs none',
  },
};

/**
 * Findings about the bound tokens that an authorization server offers.
 *
 * @module
 */
import { isStringArray } from '@scopegate/protocol/internal';
import { createFinding, type DoctorFinding } from '../advice/doctor-finding.js';
import type { MetadataDocument } from './discovery-findings.js';

const DPOP = 'dpop_signing_alg_values_supported';
const MTLS = 'tls_client_certificate_bound_access_tokens';

/** Checks which bound tokens the metadata offers. RFC 9449 §5.1; RFC 8705 §3.3. */
export function checkBindings(members: MetadataDocument['members']): readonly DoctorFinding[] {
  return [...checkDpop(members[DPOP]), ...checkMtls(members[MTLS])];
}

function checkDpop(value: unknown): readonly DoctorFinding[] {
  if (value === undefined) return [];
  if (!isStringArray(value) || value.length === 0) {
    return [createFinding('binding_malformed', `"${DPOP}" is not a non-empty array of strings`)];
  }
  const unsafe = value.filter((alg) => alg === 'none' || alg.startsWith('HS'));
  const list = value.join(', ').slice(0, 200);
  return [
    createFinding('offers_dpop', `"${DPOP}" lists ${list}`),
    ...(unsafe.length === 0
      ? []
      : [
          createFinding('dpop_offers_unsafe', `"${DPOP}" lists ${unsafe.join(', ').slice(0, 200)}`),
        ]),
  ];
}

function checkMtls(value: unknown): readonly DoctorFinding[] {
  if (value === undefined || value === false) return [];
  return value === true
    ? [createFinding('offers_mtls', `"${MTLS}" is true`)]
    : [createFinding('binding_malformed', `"${MTLS}" is not a boolean`)];
}

/**
 * The check of a token's format.
 *
 * @module
 */
import { InvalidTokenError, isBearerToken } from '@scopegate/protocol';
import type { Check } from './check.js';
import { createFixes } from '../inspection/fix.js';
import {
  type EncryptedInspection,
  type Inspection,
  isJwe,
  isOpaque,
} from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import { parseUnverifiedJws } from '../jws/compact-jws.js';

/** The name of the check of {@link FORMAT_CHECKS}. */
export type FormatCheckName = 'format';

/** Precedes all other checks. */
export const FORMAT_CHECKS: Readonly<Record<FormatCheckName, Check<Inspection>>> = Object.freeze({
  format: {
    rfc: 'RFC 7515 §7.1',
    expected: describeFormats,
    found: describeFormat,
    run: (inspection) => {
      const { token, policy, format } = inspection;
      if (format === undefined) throw new InvalidTokenError('malformed');
      if (isJwe(inspection)) {
        assertWellFormed(inspection);
      } else if (!isOpaque(inspection)) {
        parseUnverifiedJws(token, policy.maxTokenBytes);
      } else if (token.length > policy.maxTokenBytes || !isBearerToken(token)) {
        throw new InvalidTokenError('malformed');
      }
    },
    fixes: createFixes([
      'client',
      'send the access token exactly as the authorization server issued it',
    ]),
  },
});

/** What else is wrong with an encrypted token is found by later checks. */
function assertWellFormed({ decryption, token, policy }: EncryptedInspection): void {
  if (token.length > policy.maxTokenBytes) throw new InvalidTokenError('malformed');
  const isMalformed = decryption.kind === 'refused' && decryption.error.reason === 'malformed';
  if (isMalformed) throw decryption.error;
}

function describeFormats({ policy: { maxTokenBytes, formats } }: Inspection): string {
  const opaque = (formats?.opaqueIssuers ?? []).map(({ tokenPrefix }) =>
    tokenPrefix === undefined
      ? 'an opaque token'
      : `an opaque token that begins with ${formatValue(tokenPrefix)}`,
  );
  const isDecrypted = (formats?.decryptionKeys ?? []).length > 0;
  const encrypted = isDecrypted ? ['an encrypted one of five'] : [];
  const signed = 'a signed JWT of three base64url parts';
  const accepted = [signed, ...encrypted, ...opaque].join(', or ');
  return `${accepted}, at most ${maxTokenBytes} octets`;
}

function describeFormat(inspection: Inspection): string {
  const { token } = inspection;
  const { length } = token.split('.');
  const spelling = `${length} ${length === 1 ? 'part' : 'parts'}, ${token.length} characters`;
  if (!isOpaque(inspection)) return spelling;
  const { issuer, tokenPrefix } = inspection.format;
  const why =
    tokenPrefix === undefined
      ? 'the issuer of all tokens that are not JWTs'
      : `because it begins with ${formatValue(tokenPrefix)}`;
  return `${spelling}: an opaque token of ${formatValue(issuer.issuer)}, ${why}`;
}

/**
 * Percent-encoded PEM.
 *
 * @module
 */
import { decodeBase64 } from './base64.js';

/**
 * Only certificates and white space. A comma between them would join two fields, of which a client may
 * have sent the first.
 */
const CERTIFICATES =
  /^-----BEGIN CERTIFICATE-----([\w+/=\s]+)-----END CERTIFICATE-----(?:\s*-----BEGIN CERTIFICATE-----[\w+/=\s]+-----END CERTIFICATE-----)*\s*$/;

/**
 * Decodes the first certificate of percent-encoded PEM. Lines may have any length and end with any white
 * space, because some proxies replace line breaks by spaces. `+` is a digit of base64, not a space.
 *
 * @returns The DER; `undefined` if the text is malformed.
 * @see RFC 7468 §3, §5.1; RFC 3986 §2.1
 */
export function decodePem(escaped: string): Buffer | undefined {
  const [, base64 = ''] = CERTIFICATES.exec(decodePercent(escaped)) ?? [];
  const der = decodeBase64(base64.replace(/\s+/g, ''));
  return der?.length === 0 ? undefined : der;
}

function decodePercent(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    // An octet that is not UTF-8, or a percent sign without two digits.
    return '';
  }
}

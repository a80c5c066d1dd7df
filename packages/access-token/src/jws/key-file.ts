/**
 * Recognizes shared secrets that are key files.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';

// RFC 7468 §2; RFC 4253 §6.6, RFC 5656 §3; RFC 7517 §4, §5.
const PEM = '-----BEGIN ';
const SSH = /(?:^|\s)(?:sk-)?(?:ssh-[a-z0-9]+|ecdsa-sha2-[-.a-z0-9]+)(?:@[a-z.]+)?\s+AAAA/;
const JWK = /^[[{][^]*"(?:kty|keys)"\s*:/;
const BASE64 = /^[\w+/\s-]+=*\s*$/;
const DER_SEQUENCE = 0x30;

/**
 * Whether octets are the text or the DER of a key or a certificate: PEM, a JWK or JWKS, an OpenSSH
 * public key, SubjectPublicKeyInfo, PKCS #1, PKCS #8 or X.509; white space or text may precede it.
 *
 * Such octets may be public, so they cannot be a shared secret.
 */
export function isKeyFile(octets: Uint8Array): boolean {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  // Removes a byte order mark, and the zero octets of UTF-16.
  const text = bytes.toString('latin1').replace(/^[\u00bb\u00bf\u00ef\u00fe\u00ff]+|\0/g, '');
  const trimmed = text.trim();
  if (text.includes(PEM) || SSH.test(text) || JWK.test(trimmed)) return true;
  return isDer(bytes) || (BASE64.test(trimmed) && isDer(Buffer.from(trimmed, 'base64')));
}

function isDer(key: Buffer): boolean {
  if (key[0] !== DER_SEQUENCE) return false;
  const readers: readonly (() => unknown)[] = [
    () => createPublicKey({ key, format: 'der', type: 'spki' }),
    () => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key, format: 'der', type: 'sec1' }),
    () => new X509Certificate(key),
  ];
  return readers.some(succeeds);
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isKeyFile } from './key-file.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

const rsa = createKeyPair('rsa');
const ec = createKeyPair('P-256');
const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const der = rsa.publicKey.export({ format: 'der', type: 'spki' });
const jwk = ec.publicJwk;

function privateDer(key: KeyObject, type: 'pkcs8' | 'sec1'): Buffer {
  return key.export({ format: 'der', type });
}

describe('isKeyFile', () => {
  it.each<[string, string | Buffer]>([
    ['PEM', pem],
    ['PEM with white space in front', `\n \t${pem}`],
    ['PEM with a byte order mark', `\ufeff${pem}`],
    ['PEM with text in front', `Bag Attributes\n  friendlyName: as\n${pem}`],
    ['PEM in UTF-16', Buffer.from(`\ufeff${pem}`, 'utf16le')],
    ['PEM of PKCS #1', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()],
    ['PEM of a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['PEM of a private key', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    ['the body of PEM without its lines', pem.replace(/-----.*-----/g, '')],
    ['a JWK', JSON.stringify(jwk)],
    ['an indented JWK', JSON.stringify({ use: 'sig', ...jwk }, null, 2)],
    ['a JWK with a byte order mark', `\ufeff ${JSON.stringify(jwk)}`],
    ['a JWKS', JSON.stringify({ keys: [jwk] })],
    ['a list of JWKs', JSON.stringify([jwk])],
    ['OpenSSH, RSA', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ops@example'],
    ['OpenSSH, Ed25519', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBz'],
    ['OpenSSH, ECDSA', 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY'],
    ['OpenSSH, with options in front', 'no-pty,restrict ssh-rsa AAAAB3NzaC1yc2E'],
    ['SubjectPublicKeyInfo', der],
    ['SubjectPublicKeyInfo, EC', ec.publicKey.export({ format: 'der', type: 'spki' })],
    ['PKCS #1', rsa.publicKey.export({ format: 'der', type: 'pkcs1' })],
    ['PKCS #8', privateDer(rsa.privateKey, 'pkcs8')],
    ['SEC 1', privateDer(ec.privateKey, 'sec1')],
    ['DER in base64', der.toString('base64')],
    ['DER in base64url', der.toString('base64url')],
  ])('recognizes %s', (_case, file) => {
    expect(isKeyFile(Buffer.from(file as string))).toBe(true);
  });

  it('recognizes a key in the middle of another buffer', () => {
    const around = Buffer.concat([Buffer.alloc(7), der, Buffer.alloc(9)]);
    const within = new Uint8Array(around.buffer, around.byteOffset + 7, der.length);
    expect(createPublicKey({ key: der, format: 'der', type: 'spki' }).type).toBe('public');
    expect(isKeyFile(within)).toBe(true);
  });

  it.each<[string, string | Buffer]>([
    ['octets', createHash('sha512').update('secret').digest()],
    ['octets that begin as DER does', Buffer.from([0x30, 0x1e, ...Array<number>(30).fill(7)])],
    ['base64', createHash('sha512').update('secret').digest('base64')],
    ['hex', createHash('sha512').update('secret').digest('hex')],
    ['a passphrase', 'ssh- is a fine beginning of a passphrase that no one guesses'],
    ['JSON of another kind', JSON.stringify({ password: 'x'.repeat(64) })],
    ['nothing', ''],
  ])('accepts %s as a secret', (_case, secret) => {
    expect(isKeyFile(Buffer.from(secret as string))).toBe(false);
  });
});

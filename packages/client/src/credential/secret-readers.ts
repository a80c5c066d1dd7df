/**
 * Readers of secrets. A secret is read again for every token request, so that a rotated secret does
 * not require a restart.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { findSystemCode } from '@scopegate/protocol/internal';
import { TokenRequestError } from '../errors.js';

/**
 * Returns the current secret, for example from the environment, a file or a secret manager. Called
 * for each token request.
 */
export type SecretReader = () => string | Promise<string>;

/**
 * Creates a reader of an environment variable. Its value is used unchanged.
 *
 * @param name - The name of the variable.
 * @returns The reader. It throws a {@link TokenRequestError} `credential` while the variable is unset
 *   or empty.
 * @throws TypeError The name is not a non-empty string, or contains a null character.
 * @example
 * clientSecretBasic(fromEnv('REPORT_CLIENT_SECRET'))
 */
export function fromEnv(name: string): SecretReader {
  assertName('fromEnv', name);
  return function readEnvironment() {
    const secret = process.env[name];
    if (secret === undefined || secret === '') {
      throw new TokenRequestError('credential', {
        detail: `the environment variable "${name}" is not set`,
      });
    }
    return secret;
  };
}

/**
 * Creates a reader of a file, such as a secret that Docker or Kubernetes mounts.
 *
 * The file is read for each token request, so a changed file and a changed symbolic link both take
 * effect immediately. One newline at the end is not part of the secret, because editors add it.
 *
 * @param path - The path of the file, which must be UTF-8.
 * @returns The reader. It throws a {@link TokenRequestError} `credential` while the file cannot be
 *   read or is empty.
 * @throws TypeError The path is not a non-empty string, or contains a null character.
 * @example
 * clientSecretBasic(fromFile('/run/secrets/report-client'))
 */
export function fromFile(path: string): SecretReader {
  assertName('fromFile', path);
  return async function readSecretFile() {
    const secret = (await readText(path)).replace(/\r?\n$/, '');
    if (secret === '') {
      throw new TokenRequestError('credential', { detail: `the file "${path}" is empty` });
    }
    return secret;
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TokenRequestError('credential', {
      detail: `the file "${path}" (${findSystemCode(error) ?? 'unknown error'})`,
    });
  }
}

function assertName(where: string, name: unknown): void {
  if (typeof name === 'string' && name !== '' && !name.includes('\0')) return;
  throw new TypeError(`${where}() expects a non-empty string without null characters`);
}

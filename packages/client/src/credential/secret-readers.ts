/**
 * Where secrets come from. Each is read anew for every token request, so that rotation needs no
 * restart.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { findSystemCode, TokenRequestError } from '../errors.js';

/** Gives the secret as it is now: from the environment, a file, a secret manager. */
export type SecretReader = () => string | Promise<string>;

/**
 * Reads a secret from an environment variable, as it stands.
 *
 * @param name - The variable.
 * @returns A reader that throws {@link TokenRequestError} `credential` while the variable is unset or
 *   empty.
 * @throws TypeError When the name is no name.
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
 * Reads a secret from a file, as Docker and Kubernetes mount them.
 *
 * The file is read for each token request, so a changed file and a swapped symbolic link both count
 * at once. One newline at the end, as editors leave it, is no part of the secret.
 *
 * @param path - The file, in UTF-8.
 * @returns A reader that throws {@link TokenRequestError} `credential` while there is no such file
 *   or it is empty.
 * @throws TypeError When the path is no path.
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
  throw new TypeError(`${where} needs a name`);
}

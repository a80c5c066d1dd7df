import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fromEnv, fromFile } from './secret-readers.js';

const VARIABLE = 'SCOPEGATE_TEST_SECRET';

describe('fromEnv', () => {
  afterEach(() => {
    Reflect.deleteProperty(process.env, VARIABLE);
  });

  it('reads the variable each time, unchanged', async () => {
    const read = fromEnv(VARIABLE);
    process.env[VARIABLE] = ' first \n';
    expect(await read()).toBe(' first \n');
    process.env[VARIABLE] = 'second';
    expect(await read()).toBe('second');
  });

  it.each(['unset', 'empty'])('rejects when the variable is %s', async (state) => {
    if (state === 'empty') process.env[VARIABLE] = '';
    await expect(async () => await fromEnv(VARIABLE)()).rejects.toMatchObject({
      code: 'ERR_TOKEN_CLIENT_REQUEST',
      reason: 'credential',
      message: `the credential of the client cannot be read: the environment variable "${VARIABLE}" is not set`,
    });
  });

  it.each(['', undefined, 42])('refuses %j as a name', (name) => {
    expect(() => fromEnv(name as string)).toThrow(
      new TypeError('fromEnv() expects a non-empty string without null characters'),
    );
  });
});

describe('fromFile', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scopegate-secret-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret\n\n', 'secret\n'],
    [' secret ', ' secret '],
    ['-----BEGIN-----\nabc\n', '-----BEGIN-----\nabc'],
  ])('reads %j as %j', async (text, secret) => {
    const path = join(folder, 'trimmed');
    await writeFile(path, text);
    await expect(fromFile(path)()).resolves.toBe(secret);
  });

  it('reads a changed file, and a changed symbolic link', async () => {
    const path = join(folder, 'secret');
    const read = fromFile(path);
    await writeFile(join(folder, 'v1'), 'first\n');
    await writeFile(join(folder, 'v2'), 'other\n');
    await symlink('v1', path);
    expect(await read()).toBe('first');
    await symlink('v2', `${path}.new`);
    await rename(`${path}.new`, path);
    expect(await read()).toBe('other');
    await writeFile(join(folder, 'v2'), 'third\n');
    expect(await read()).toBe('third');
    await unlink(path);
    await expect(read()).rejects.toMatchObject({ reason: 'credential' });
  });

  it('rejects with the path and the system code when the file is missing', async () => {
    const path = join(folder, 'missing');
    await expect(fromFile(path)()).rejects.toMatchObject({
      name: 'TokenRequestError',
      reason: 'credential',
      message: `the credential of the client cannot be read: the file "${path}" (ENOENT)`,
    });
  });

  it('rejects when the file is empty', async () => {
    const path = join(folder, 'empty');
    await writeFile(path, '\n');
    await expect(fromFile(path)()).rejects.toMatchObject({
      message: `the credential of the client cannot be read: the file "${path}" is empty`,
    });
  });

  it('refuses a path with a null character', () => {
    expect(() => fromFile('a\0b')).toThrow(
      new TypeError('fromFile() expects a non-empty string without null characters'),
    );
  });
});

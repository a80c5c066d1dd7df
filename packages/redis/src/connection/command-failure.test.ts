import { describe, expect, it } from 'vitest';
import { classifyFailure, findServerCode } from './command-failure.js';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

const GLIDE = 'An error was signalled by the server: -';

describe('findServerCode', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'OOM'],
    ["OOM: command not allowed when used memory > 'maxmemory'.", 'OOM'],
    ['NOSCRIPT No matching script. Please use EVAL.', 'NOSCRIPT'],
    ['-NOSCRIPT No matching script. Please use EVAL.', 'NOSCRIPT'],
    [`${GLIDE} NoScriptError: No matching script. Please use EVAL.`, 'NOSCRIPT'],
    [`${GLIDE} ReadOnly: You can't write against a read only replica.`, 'READONLY'],
    [`${GLIDE} MasterDown: Link with MASTER is down`, 'MASTERDOWN'],
    [`${GLIDE} PermissionDenied: this user has no permissions`, 'NOPERM'],
    [`${GLIDE} ResponseError: unknown command`, 'ERR'],
    ["ERR The user executing the script can't run this command or subcommand", 'NOPERM'],
    [`${GLIDE} ResponseError: The user executing the script can't run this command`, 'NOPERM'],
    ["ERR ACL failure in script: User app has no permissions to run the 'info' command", 'NOPERM'],
    ["ERR The user executing the script can't access at least one of the keys", 'NOPERM'],
    ["ERR unknown command 'FOO'", 'ERR'],
    ['MOVED 1 127.0.0.1:7000', 'MOVED'],
  ])('finds the code of %s', (message, code) => {
    expect(findServerCode(new Error(message))).toBe(code);
  });

  it.each([
    ['a closed connection of ioredis', new Error('Connection is closed.')],
    ['a closed connection of redis', new Error('Socket closed unexpectedly')],
    ['a closed client of redis', new Error('The client is closed')],
    ['a system error', coded('ECONNRESET', 'ECONNRESET: reset by peer')],
    ['a system error below another', new Error('OOM', { cause: coded('EPIPE', 'write EPIPE') })],
    ['an empty message', new Error('')],
    ['no error', 'OOM command not allowed'],
    ['undefined', undefined],
  ])('finds nothing in %s', (_what, error) => {
    expect(findServerCode(error)).toBeUndefined();
  });
});

describe('classifyFailure', () => {
  it.each([
    ['OOM', 'full', true],
    ['MISCONF', 'refused', true],
    ['NOPERM', 'refused', true],
    ['NOSCRIPT', 'refused', true],
    ['WRONGTYPE', 'refused', true],
    ['ERR', 'refused', true],
    ['READONLY', 'refused', false],
    ['LOADING', 'refused', false],
    ['CLUSTERDOWN', 'refused', false],
    ['MASTERDOWN', 'refused', false],
    ['NOREPLICAS', 'refused', false],
    ['NOAUTH', 'refused', false],
    ['WRONGPASS', 'refused', false],
    ['BUSY', 'refused', false],
  ])('classifies the error %s of a server as %s', (code, failure, isServerUsable) => {
    const cause = new Error(`${code} and more`);
    const classified = classifyFailure(cause);
    expect(classified).toMatchObject({ error: { failure, systemCode: undefined }, isServerUsable });
    expect(classified.error.cause).toBe(cause);
  });

  it.each([
    ['a deadline of ioredis', new Error('Command timed out'), 'timeout', undefined],
    ['a deadline of glide', named('TimeoutError', 'timed out'), 'timeout', undefined],
    ['a refused connection', coded('ECONNREFUSED', 'connect'), 'connection', 'ECONNREFUSED'],
    ['a closed connection', new Error('Connection is closed.'), 'connection', undefined],
    ['a string', 'OOM', 'connection', undefined],
    ['undefined', undefined, 'connection', undefined],
  ])('classifies %s as %s', (_what, cause, failure, systemCode) => {
    expect(classifyFailure(cause)).toMatchObject({
      error: { failure, systemCode },
      isServerUsable: false,
    });
  });

  it('writes nothing of the cause into the message', () => {
    const { error } = classifyFailure(new Error('ERR secret-of-the-caller'));
    expect(error.message).toBe('Redis refused the command');
  });
});

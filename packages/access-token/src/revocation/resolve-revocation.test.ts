import { describe, expect, it } from 'vitest';
import { resolveRevocation } from './resolve-revocation.js';
import { createRevocationList } from './create-revocation-list.js';
import type { RevocationSource } from './revocation-source.js';

const isRevoked = (): boolean => false;
const isCurrent = (): boolean => true;

/** A source of a class, whose members are inherited. */
class Source implements RevocationSource {
  #version = 1;

  get version(): number {
    return this.#version++;
  }

  readonly isCurrent = isCurrent;
  readonly isRevoked = isRevoked;
}

describe('resolveRevocation', () => {
  it('returns undefined when it is not given', () => {
    expect(resolveRevocation(undefined, Infinity)).toBeUndefined();
  });

  it('completes a hook, which may use "this"', () => {
    class Hook {
      readonly #answer = true;

      isRevoked(): boolean {
        return this.#answer;
      }
    }
    const policy = resolveRevocation(new Hook(), Infinity);
    expect(policy).toEqual({
      hook: { isRevoked: expect.any(Function) as unknown, timeoutMs: 1_000 },
    });
    expect(policy && 'hook' in policy && policy.hook.isRevoked({} as never)).toBe(true);
    expect(resolveRevocation({ isRevoked, timeoutMs: 60_000 }, Infinity)).toMatchObject({
      hook: { timeoutMs: 60_000 },
    });
  });

  it('accepts any source, and a list whose entries outlive the tokens', () => {
    const source = new Source();
    expect(resolveRevocation(source, Infinity)).toEqual({ source });
    const list = createRevocationList({ maxLifetimeSeconds: 60 });
    expect(resolveRevocation(list, 60)).toEqual({ source: list });
  });

  it.each([Infinity, 61])('refuses a list whose entries tokens of %s s outlive', (lifetime) => {
    const list = createRevocationList({ maxLifetimeSeconds: 60 });
    expect(() => resolveRevocation(list, lifetime)).toThrow(
      new TypeError(
        'option "maxLifetimeSeconds" must be set to at most 60, the longest lifetime of tokens for ' +
          'which "revocation" keeps revocations',
      ),
    );
  });

  it.each<[string, unknown, string]>([
    ['true', true, 'must be what createRevocationList() returns, another source, or { isRevoked }'],
    ['null', null, 'another source, or { isRevoked }'],
    ['a function', isRevoked, 'write { isRevoked } with the function'],
    ['an empty hook', {}, 'option "revocation.isRevoked" must be a function'],
    [
      'no deadline',
      { isRevoked, timeoutMs: 0 },
      '"revocation.timeoutMs" must be an integer from 1 to',
    ],
    ['a long deadline', { isRevoked, timeoutMs: 60_001 }, 'must be an integer from 1 to 60000'],
    ['another name', { isRevoked, timeout: 1 }, 'did you mean "timeoutMs"?'],
    ['half a source', { version: 0, isRevoked }, 'must have a number "version" and the methods'],
    [
      'a copy of a list',
      { ...createRevocationList({ maxLifetimeSeconds: 60 }) },
      'must have a number "version"',
    ],
    ['another version', { version: '0', isRevoked, isCurrent }, 'must have a number "version"'],
    [
      'a listener',
      { version: 0, isRevoked, isCurrent, onChange: 1 },
      '"revocation.onChange" must be',
    ],
    [
      'another lifetime',
      { version: 0, isRevoked, isCurrent, maxLifetimeSeconds: '1' },
      '"revocation.maxLifetimeSeconds" must be a number',
    ],
  ])('refuses %s', (_what, given, message) => {
    expect(() => resolveRevocation(given, Infinity)).toThrow(message);
  });
});

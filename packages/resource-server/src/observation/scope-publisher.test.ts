import { describe, expect, it } from 'vitest';
import { routePolicy } from '../policy/compile-policy.js';
import { ScopePublisher } from './scope-publisher.js';

const server = { vocabulary: undefined, excessScopes: 'report' } as const;
const publisher = new ScopePublisher(new Set(['read', 'write']));
const tokenWith = (...scopes: string[]) => ({ scopes: new Set(scopes) });

describe('ScopePublisher', () => {
  it('names declared scopes and counts the others, once for each token', () => {
    const token = tokenWith('read', 'secret-project', 'write', 'other');
    const held = publisher.held(token);
    expect(held).toEqual({ declared: ['read', 'write'], others: 2 });
    expect(publisher.held(token)).toBe(held);
    expect([held, held.declared].every(Object.isFrozen)).toBe(true);
    expect(publisher.held(tokenWith())).toEqual({ declared: [], others: 0 });
  });

  it('finds the scopes that a route does not require, once for each token and policy', () => {
    const token = tokenWith('read', 'write');
    const [read, write] = ['read', 'write'].map((scope) => routePolicy({ scope }, server));
    if (read === undefined || write === undefined) throw new Error('there are two policies');
    const excess = publisher.excess(token, read);
    expect(excess).toEqual({ declared: ['write'], others: 0 });
    expect(publisher.excess(token, read)).toBe(excess);
    expect(publisher.excess(token, write)).toEqual({ declared: ['read'], others: 0 });
    const exact = tokenWith('read');
    expect([publisher.excess(exact, read), publisher.excess(exact, read)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('finds no excess scopes where they are ignored', () => {
    const policy = routePolicy({ scope: 'read' }, { ...server, excessScopes: 'ignore' });
    expect(publisher.excess(tokenWith('read', 'write'), policy)).toBeUndefined();
  });
});

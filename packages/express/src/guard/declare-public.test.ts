import { describe, expect, it, vi } from 'vitest';
import { declarePublic } from './declare-public.js';

describe('declarePublic', () => {
  it('passes every request on', () => {
    const next = vi.fn();
    declarePublic('a probe')({} as never, {} as never, next);
    expect(next.mock.calls).toEqual([[]]);
  });

  it('has its name and its reason, frozen', () => {
    const mark = declarePublic('  a probe ');
    expect([mark.name, mark.length, mark.publicReason]).toEqual(['declaredPublic', 3, 'a probe']);
    expect(Object.isFrozen(mark)).toBe(true);
  });

  it.each([[undefined], [''], ['  '], [1], [{}]])('refuses %j instead of a reason', (reason) => {
    expect(() => declarePublic(reason as string)).toThrow(
      new TypeError(
        'declarePublic() requires a non-empty string: the reason why the route is public',
      ),
    );
  });
});

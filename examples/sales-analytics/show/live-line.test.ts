import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveLine } from './live-line.js';

const ERASE = '\r\u001B[K';

describe('createLiveLine', () => {
  let written: string[];
  const write = (text: string): number => written.push(text);
  const take = (): readonly string[] => written.splice(0);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubEnv('TERM', 'xterm');
    written = [];
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  it('rewrites its line until it is hidden', () => {
    const live = createLiveLine({ write, isTTY: true, columns: 80 });
    live.show('a scene');
    vi.advanceTimersByTime(100);
    live.hide();
    vi.advanceTimersByTime(1_000);
    expect(take()).toEqual([`${ERASE}⠋ a scene`, `${ERASE}⠙ a scene`, ERASE]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('prints above its line', () => {
    const live = createLiveLine({ write, isTTY: true, columns: 80 });
    live.show('a scene');
    take();
    live.print('text\n');
    expect(take()).toEqual([`${ERASE}text\n`, `${ERASE}⠙ a scene`]);
  });

  it('prints only the text while it is hidden', () => {
    createLiveLine({ write, isTTY: true, columns: 80 }).print('text\n');
    expect(take()).toEqual(['text\n']);
  });

  it('shortens what does not fit, at the width that the terminal has now', () => {
    const terminal = { write, isTTY: true, columns: 60 };
    const live = createLiveLine(terminal);
    live.show('x'.repeat(100));
    terminal.columns = 50;
    vi.advanceTimersByTime(100);
    expect(take()).toEqual([`${ERASE}⠋ ${'x'.repeat(56)}…`, `${ERASE}⠙ ${'x'.repeat(46)}…`]);
  });

  it.each([
    [20, `⠋ ${'x'.repeat(16)}…`],
    [2, '…'],
    [1, ''],
  ])('leaves room in a line of %i columns', (columns, line) => {
    createLiveLine({ write, isTTY: true, columns }).show('x'.repeat(100));
    expect(take()).toEqual([`${ERASE}${line}`]);
  });

  it.each([
    { what: 'a pipe', terminal: {}, term: 'xterm' },
    { what: 'a terminal without cursor control', terminal: { isTTY: true }, term: 'dumb' },
  ])('writes only what is printed to $what', ({ terminal, term }) => {
    vi.stubEnv('TERM', term);
    const live = createLiveLine({ write, ...terminal });
    live.show('a scene');
    vi.advanceTimersByTime(1_000);
    live.print('text\n');
    live.hide();
    expect(take()).toEqual(['text\n']);
  });
});

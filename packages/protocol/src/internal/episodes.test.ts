import { describe, expect, it } from 'vitest';
import { Episodes } from './episodes.js';

const START_MS = 1_800_000_000_000;

describe('Episodes', () => {
  it('has no episode while nothing fails', () => {
    const episodes = new Episodes();
    expect(episodes.noteSuccess(START_MS)).toBeUndefined();
    expect(episodes.noteSuccess(START_MS + 1)).toBeUndefined();
  });

  it('begins an episode with the first failure only', () => {
    const episodes = new Episodes();
    expect(episodes.noteFailure(START_MS)).toBe(true);
    expect(episodes.noteFailure(START_MS + 1)).toBe(false);
    expect(episodes.noteFailure(START_MS + 2)).toBe(false);
  });

  it('ends an episode with the first success only, and measures it from the first failure', () => {
    const episodes = new Episodes();
    episodes.noteFailure(START_MS);
    episodes.noteFailure(START_MS + 400);
    const ended = episodes.noteSuccess(START_MS + 1_500);
    expect(ended).toEqual({ unavailableForMs: 1_500, failures: 2 });
    expect(episodes.noteSuccess(START_MS + 1_501)).toBeUndefined();
  });

  it('counts each episode from its own beginning', () => {
    const episodes = new Episodes();
    episodes.noteFailure(START_MS);
    episodes.noteFailure(START_MS);
    episodes.noteSuccess(START_MS + 10);
    expect(episodes.noteFailure(START_MS + 5_000)).toBe(true);
    const ended = episodes.noteSuccess(START_MS + 5_250);
    expect(ended).toEqual({ unavailableForMs: 250, failures: 1 });
  });

  it('reports no negative time when the clock was set back', () => {
    const episodes = new Episodes();
    episodes.noteFailure(START_MS);
    const ended = episodes.noteSuccess(START_MS - 3_600_000);
    expect(ended).toEqual({ unavailableForMs: 0, failures: 1 });
  });
});

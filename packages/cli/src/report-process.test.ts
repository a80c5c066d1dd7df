import { describe, expect, it } from 'vitest';
import { importsApplication } from './report-process.js';

describe('importsApplication', () => {
  it.each([
    ['routes ./app.js', true],
    ['explain --app ./app.js', true],
    ['explain --app=./app.js token.txt', true],
    ['explain --issuer https://as.example --audience api', false],
    ['explain ./--app', false],
    ['doctor https://as.example', false],
    ['', false],
  ])('%s: %s', (words, expected) => {
    expect(importsApplication(words.split(' '))).toBe(expected);
  });
});

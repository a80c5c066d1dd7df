/**
 * The configuration in the README of `@scopegate/express`.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFences } from '../../../workspace/readmes.js';
import { root } from '../../../workspace/workspace.js';

const README = 'packages/express/README.md';

/** Reads the lines for a proxy. */
export function readProxyLines(language: 'nginx' | 'haproxy'): string {
  const fences = readFences(README, readFileSync(join(root, README), 'utf8'));
  const found = fences.filter((fence) => fence.language === language);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${README} must have one block of ${language}, and has ${found.length}`);
  }
  return only.text;
}

/** Replaces a text that must occur in the lines. */
export function replaceIn(lines: string, text: string, replacement: string): string {
  if (!lines.includes(text)) throw new Error(`the README must contain the line ${text}`);
  return lines.replaceAll(text, replacement);
}

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

/** A whole configuration, or the lines in it that forward the certificate of the client. */
export type ProxyLines = 'configuration' | 'certificate';

/** Reads the lines for a proxy. */
export function readProxyLines(
  language: 'nginx' | 'haproxy',
  lines: ProxyLines = 'configuration',
): string {
  const fences = readFences(README, readFileSync(join(root, README), 'utf8'));
  const [configuration, certificate, ...others] = fences
    .filter((fence) => fence.language === language)
    .map(({ text }) => text);
  if (configuration === undefined || certificate === undefined || others.length > 0) {
    throw new Error(`${README} must have two blocks of ${language}`);
  }
  return { configuration, certificate }[lines];
}

/** Replaces a text that must occur in the lines. */
export function replaceIn(lines: string, text: string, replacement: string): string {
  if (!lines.includes(text)) throw new Error(`the README must contain the line ${text}`);
  return lines.replaceAll(text, replacement);
}

/**
 * The configuration of proxies in the documentation.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFences } from '../../../workspace/readmes.js';
import { root } from '../../../workspace/workspace.js';

/** The page with each block: a whole configuration, or the lines that forward the certificate of the client. */
const PAGES = {
  configuration: 'docs/deployment.md',
  certificate: 'docs/bound-tokens.md',
} as const;

/** Reads the lines for a proxy. */
export function readProxyLines(
  language: 'nginx' | 'haproxy',
  lines: keyof typeof PAGES = 'configuration',
): string {
  const page = PAGES[lines];
  const [block, ...others] = readFences(page, readFileSync(join(root, page), 'utf8'))
    .filter((fence) => fence.language === language)
    .map(({ text }) => text);
  if (block !== undefined && others.length === 0) return block;
  throw new Error(`${page} must have one block of ${language}`);
}

/** Replaces a text that must occur in the lines. */
export function replaceIn(lines: string, text: string, replacement: string): string {
  if (!lines.includes(text)) throw new Error(`the README must contain the line ${text}`);
  return lines.replaceAll(text, replacement);
}

// @ts-check
/**
 * Finds links that lead nowhere: in the README of a package, and in that of its tarball.
 *
 * @module
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listAnchors, listLinks } from './markdown-links.mjs';
import { isAbsolute } from './tarball-readme.mjs';

/**
 * Lists the relative links of a page that lead to no file of the workspace, or to no anchor of a page.
 *
 * @param {string} workspace - A folder.
 * @param {string} page - From there, with forward slashes.
 * @returns {string[]} A line for each, with what to do.
 */
export function listDeadLinks(workspace, page) {
  const markdown = readFileSync(join(workspace, page), 'utf8');
  return listLinks(markdown)
    .filter(({ target }) => !isAbsolute(target))
    .flatMap(({ target, line }) => {
      const mistake = findMistake(target, { workspace, page });
      return mistake === undefined ? [] : [`${page}:${line}: ${mistake}`];
    });
}

/**
 * @param {string} link
 * @param {{ workspace: string, page: string }} at
 * @returns {string | undefined}
 */
function findMistake(link, { workspace, page }) {
  const [, relative = '', anchor] = /^([^#]*)(?:#(.*))?$/s.exec(link) ?? [];
  const path = relative === '' ? page : posix.join(posix.dirname(page), relative);
  const file = join(workspace, path);
  if (link === '' || path.startsWith('..') || !existsSync(file)) {
    return `"${link}" leads to no file of the repository; correct the link or remove it`;
  }
  const target = statSync(file).isDirectory() ? join(file, 'README.md') : file;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return existsSync(target) && listAnchors(readFileSync(target, 'utf8')).has(anchor)
    ? undefined
    : `"${link}" leads to no heading; correct the part after #`;
}

/**
 * Lists the links of a tarball's README that do not work where only the tarball is.
 *
 * @param {string} markdown
 * @param {readonly string[]} paths - Each path in the tarball.
 * @returns {string[]} A line for each, with what to do.
 */
export function listBrokenLinks(markdown, paths) {
  const anchors = listAnchors(markdown);
  return listLinks(markdown)
    .filter(({ target }) => {
      if (isAbsolute(target)) return !target.startsWith('https://');
      if (target.startsWith('#')) return !anchors.has(target.slice(1));
      return !paths.includes(posix.normalize(target.replace(/#.*$/s, '')));
    })
    .map(
      ({ target, line }) =>
        `README.md:${line}: "${target}" must be an https URL, a heading of this README (#…) or a file of the tarball`,
    );
}

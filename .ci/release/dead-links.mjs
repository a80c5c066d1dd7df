// @ts-check
/**
 * Finds links that lead nowhere: in the pages of the workspace, and in the README of a tarball.
 *
 * @module
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readPage } from './markdown-links.mjs';
import { isAbsolute } from './tarball-readme.mjs';

/**
 * Lists the relative links of pages that lead to no file of the workspace, or to no anchor of a page.
 *
 * @param {string} workspace - A folder.
 * @param {readonly string[]} pages - From there, with forward slashes.
 * @returns {string[]} A line for each, with what to do.
 */
export function listDeadLinks(workspace, pages) {
  const read = createReader();
  return pages.flatMap((page) =>
    read(join(workspace, page))
      .links.filter(({ target }) => !isAbsolute(target))
      .flatMap(({ target, line }) => {
        const mistake = findMistake(target, { workspace, page, read });
        return mistake === undefined ? [] : [`${page}:${line}: ${mistake}`];
      }),
  );
}

/** @typedef {(file: string) => ReturnType<typeof readPage>} Reader */

/**
 * Parses each page once, because parsing is slow and many links lead to the same page.
 *
 * @returns {Reader}
 */
function createReader() {
  /** @type {Map<string, ReturnType<typeof readPage>>} */
  const pages = new Map();
  return (file) => {
    const page = pages.get(file) ?? readPage(readFileSync(file, 'utf8'));
    pages.set(file, page);
    return page;
  };
}

/**
 * @param {string} link
 * @param {{ workspace: string, page: string, read: Reader }} at
 * @returns {string | undefined}
 */
function findMistake(link, { workspace, page, read }) {
  const [, relative = '', anchor] = /^([^#]*)(?:#(.*))?$/s.exec(link) ?? [];
  const path = relative === '' ? page : posix.join(posix.dirname(page), relative);
  const file = join(workspace, path);
  if (link === '' || path.startsWith('..') || !existsSync(file)) {
    return `"${link}" leads to no file of the repository; correct the link or remove it`;
  }
  const target = statSync(file).isDirectory() ? join(file, 'README.md') : file;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return existsSync(target) && read(target).anchors.has(anchor)
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
  const { links, anchors } = readPage(markdown);
  return links
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

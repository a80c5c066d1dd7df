// @ts-check
/**
 * Rewrites the README of a package for its tarball, where no relative link leads anywhere.
 *
 * With the URL of the repository, links lead to the files of the released version there, those to
 * sibling packages too: their READMEs have the same anchors, and the npm page would show the newest
 * version. Without the URL, only the text of links and images that leave the tarball remains.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readPage } from './markdown-links.mjs';

/** Files that npm always packs, beside those that `files` lists. */
const ALWAYS_PACKED = ['LICENSE', 'README.md', 'package.json'];

/**
 * @typedef {object} PackageAtRelease
 * @property {string} root - The folder of the workspace.
 * @property {string} folder - The folder of the package from there, with forward slashes.
 * @property {string} tag - The tag of the release.
 * @property {readonly string[]} files - What its manifest lists as `files`.
 * @property {string | undefined} repository - `https://github.com/<owner>/<name>`, once it is known.
 */

/**
 * The tag of a release. The release workflow packs what a tag of this form was pushed for.
 *
 * @param {{ version: string }} manifest - Of any package, because all have one version.
 * @returns {string}
 */
export function tagOf({ version }) {
  return `v${version}`;
}

/**
 * @param {string} markdown - The README of the package.
 * @param {PackageAtRelease} release
 * @returns {string} The README of its tarball.
 * @throws Error A relative link leads to no file; the message has its line and its target.
 */
export function rewriteReadme(markdown, release) {
  const edits = readPage(markdown).links.flatMap((link) => {
    if (isAbsolute(link.target) || link.target.startsWith('#')) return [];
    const target = resolveTarget(link, release);
    if (release.repository !== undefined) {
      const [start, end] = link.targetAt;
      return [{ start, end, text: urlOf(link, target, release) }];
    }
    if (isPacked(target.path, release)) return [];
    return link.markup.map(([start, end]) => ({ start, end, text: '' }));
  });
  return applyEdits(markdown, edits);
}

/**
 * Whether a link names its scheme, such as `https:` or `mailto:`.
 *
 * @param {string} target
 * @returns {boolean}
 */
export function isAbsolute(target) {
  return /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(target);
}

/**
 * @typedef {object} Target
 * @property {string} path - From the root of the workspace, with forward slashes.
 * @property {string} anchor - With `#`, or empty.
 * @property {boolean} isFolder
 */

/**
 * @param {import('./markdown-links.mjs').Link} link
 * @param {Pick<PackageAtRelease, 'root' | 'folder'>} release
 * @returns {Target}
 */
function resolveTarget({ target, line }, { root, folder }) {
  const [, relative = '', anchor = ''] = /^([^#]*)(#.*)?$/s.exec(target) ?? [];
  const path = posix.join(folder, decodeURI(relative)).replace(/\/$/, '');
  const stats = path.startsWith('..')
    ? undefined
    : statSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined || relative === '') {
    throw new Error(
      `${folder}/README.md:${line}: the link to "${target}" must lead to a file of the repository`,
    );
  }
  return { path, anchor, isFolder: stats.isDirectory() };
}

/**
 * @param {import('./markdown-links.mjs').Link} link
 * @param {Target} target
 * @param {PackageAtRelease} release
 * @returns {string}
 */
function urlOf({ kind }, { path, anchor, isFolder }, { repository, tag }) {
  // The page of a folder has the anchors of its README only after scripts have run.
  const file = isFolder && anchor !== '' ? `${path}/README.md` : path;
  const view = kind === 'image' ? 'raw' : file === path && isFolder ? 'tree' : 'blob';
  return `${repository}/${view}/${encodeURI(`${tag}/${file}`)}${anchor}`;
}

/**
 * Whether a file of the workspace is in the tarball of the package.
 *
 * @param {string} path
 * @param {PackageAtRelease} release
 * @returns {boolean}
 */
function isPacked(path, { folder, files }) {
  if (!path.startsWith(`${folder}/`)) return false;
  const [first = ''] = path.slice(folder.length + 1).split('/');
  return [...ALWAYS_PACKED, ...files].includes(first);
}

/**
 * @param {string} text
 * @param {readonly { start: number, end: number, text: string }[]} edits - Do not overlap.
 * @returns {string}
 */
function applyEdits(text, edits) {
  const backwards = [...edits].sort((a, b) => b.start - a.start);
  return backwards.reduce(
    (edited, edit) => edited.slice(0, edit.start) + edit.text + edited.slice(edit.end),
    text,
  );
}

// @ts-check
/**
 * What only the owner of the repository can give: three URLs in the `package.json` of the root.
 *
 * @module
 */

/** The forms with `git+` and `.git` are those that npm itself writes. */
const REPOSITORY = /^(?:git\+)?(https:\/\/github\.com\/([a-z\d][a-z\d-]*)\/([\w.-]+?))(?:\.git)?$/i;

/** Names that stand for one that is not filled in yet. */
const PLACEHOLDER =
  /^(?:(?:my|our|the|your)[-_]?)?(?:changeme|example|fixme|name|org|organi[sz]ation|owner|placeholder|project|repo|repository|tbd|todo|user|username|x{2,})$/i;

/** What the lines below write for a name, and what templates do. */
const UNFILLED = /[<>{}$…]/;

/** Names that no one can register, RFC 2606. */
const RESERVED_HOST =
  /(?:^|\.)(?:example|invalid|localhost|test)$|(?:^|\.)example\.(?:com|net|org)$/i;

const REPOSITORY_FORM =
  'write "repository": { "type": "git", "url": "https://github.com/<owner>/<name>" }';
const HOMEPAGE_FORM = 'write "homepage": "https://…", the page that readers should open first';
const BUGS_FORM = 'write "bugs": { "url": "https://github.com/<owner>/<name>/issues" }';

/**
 * The members of the root's manifest that are the owner's. Each is absent unless it can be used.
 *
 * @typedef {object} Owner
 * @property {string} [repository] - `https://github.com/<owner>/<name>`.
 * @property {string} [homepage]
 * @property {string} [bugs]
 */

/**
 * @param {Readonly<Record<string, unknown>>} manifest - Of the root.
 * @returns {{ owner: Owner, mistakes: string[] }} A line for each member that is missing or cannot be used, with what
 * to do. No line repeats a URL, because one may contain credentials.
 */
export function readOwner(manifest) {
  /** @type {Owner} */
  const owner = {};
  const mistakes = [];
  const members = /** @type {const} */ ([
    ['repository', findRepositoryMistake, repositoryOf, REPOSITORY_FORM],
    ['homepage', findPageMistake, (/** @type {string} */ url) => url, HOMEPAGE_FORM],
    ['bugs', findPageMistake, (/** @type {string} */ url) => url, BUGS_FORM],
  ]);
  for (const [name, findMistake, read, form] of members) {
    const value = name === 'homepage' ? manifest[name] : urlOf(manifest[name]);
    const mistake = manifest[name] === undefined ? 'is missing' : findMistake(value);
    if (mistake === undefined) owner[name] = read(String(value));
    else mistakes.push(`package.json: "${name}" ${mistake}; ${form}`);
  }
  return { owner, mistakes };
}

/**
 * @param {unknown} member - An object with the member `url`.
 * @returns {unknown}
 */
function urlOf(member) {
  return typeof member === 'object' && member !== null && 'url' in member ? member.url : undefined;
}

/**
 * @param {string} url - Without mistakes.
 * @returns {string} Without `git+` and `.git`.
 */
function repositoryOf(url) {
  return REPOSITORY.exec(url)?.[1] ?? url;
}

/**
 * @param {unknown} url
 * @returns {string | undefined} What is wrong with it, or `undefined`.
 */
function findRepositoryMistake(url) {
  if (typeof url !== 'string') return 'must be an object with "type" and "url"';
  if (/^(?:git\+)?http:/i.test(url)) return 'must use https';
  if (/^(?:(?:git\+)?ssh:|git:|git@)/i.test(url)) return 'must use https instead of SSH';
  if (url.endsWith('/')) return 'must not end with a slash';
  if (UNFILLED.test(url)) return 'is a placeholder';
  const [, , account, name] = REPOSITORY.exec(url) ?? [];
  if (account === undefined || name === undefined) {
    return 'must be a repository on GitHub, because the release workflow and the links in READMEs need one';
  }
  return [account, name].some(isPlaceholder) ? 'is a placeholder' : undefined;
}

/**
 * @param {unknown} value
 * @returns {string | undefined} What is wrong with it, or `undefined`.
 */
function findPageMistake(value) {
  if (typeof value !== 'string') return 'must contain a URL';
  if (UNFILLED.test(value)) return 'is a placeholder';
  if (!URL.canParse(value)) return 'must be an absolute URL';
  const { protocol, hostname, pathname, username, password } = new URL(value);
  if (protocol !== 'https:') return 'must use https';
  if (username !== '' || password !== '') return 'must not contain credentials';
  const names = hostname === 'github.com' ? pathname.split('/').slice(1, 3) : [];
  const isUnused = RESERVED_HOST.test(hostname) || names.some(isPlaceholder);
  return isUnused ? 'is a placeholder' : undefined;
}

/**
 * @param {string} name - Of an account or a repository.
 * @returns {boolean}
 */
function isPlaceholder(name) {
  return PLACEHOLDER.test(name);
}

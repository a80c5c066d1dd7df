// @ts-check
/**
 * Derives the members of the packages' manifests that are the same for each package.
 *
 * @module
 */

/**
 * Scoped packages are private unless they say otherwise. Provenance is not set here: with trusted
 * publishing npm adds it, and a publication from a developer's machine, as the first one of a
 * package has to be, fails with it.
 */
const PUBLISH_CONFIG = { access: 'public' };

/** What `npm pack` and `npm publish` run, with their README of the tarball. */
const SCRIPTS = {
  prepack: 'node ../../.ci/release/pack-readme.mjs',
  postpack: 'node ../../.ci/release/restore-readme.mjs',
  postpublish: 'node ../../.ci/release/restore-readme.mjs',
};

/** The members that are derived, with the one that each follows when it is added. */
const DERIVED = /** @type {const} */ ([
  ['homepage', 'keywords'],
  ['bugs', 'homepage'],
  ['repository', 'license'],
  ['publishConfig', 'engines'],
  ['scripts', 'files'],
]);

/**
 * @param {Readonly<Record<string, unknown>>} manifest - Of a package.
 * @param {string} folder - The folder of the package from the root, with forward slashes.
 * @param {import('./owner.mjs').Owner} owner
 * @returns {Record<string, unknown>} The manifest as it should be; the order of its members is kept.
 */
export function deriveManifest(manifest, folder, { repository, homepage, bugs }) {
  /** @type {Record<(typeof DERIVED)[number][0], unknown>} */
  const derived = {
    homepage,
    bugs: bugs === undefined ? undefined : { url: bugs },
    repository:
      repository === undefined
        ? undefined
        : { type: 'git', url: `git+${repository}.git`, directory: folder },
    publishConfig: PUBLISH_CONFIG,
    scripts: SCRIPTS,
  };
  return DERIVED.reduce(
    (members, [name, before]) => setMember(members, name, { value: derived[name], before }),
    /** @type {Record<string, unknown>} */ (manifest),
  );
}

/**
 * Lists the members of a manifest that are not as they are derived.
 *
 * @param {Readonly<Record<string, unknown>>} manifest
 * @param {Readonly<Record<string, unknown>>} derived
 * @returns {string[]}
 */
export function listDifferences(manifest, derived) {
  return DERIVED.map(([name]) => name).filter(
    (name) => JSON.stringify(manifest[name]) !== JSON.stringify(derived[name]),
  );
}

/**
 * @param {Readonly<Record<string, unknown>>} members
 * @param {string} name
 * @param {{ value: unknown, before: string }} setting - `before`: the member that a new one follows; at the end
 * without it. `value`: `undefined` removes the member.
 * @returns {Record<string, unknown>}
 */
function setMember(members, name, { value, before }) {
  const entries = Object.entries(members);
  const index = entries.findIndex(([member]) => member === name);
  if (value === undefined) return Object.fromEntries(entries.filter(([member]) => member !== name));
  if (index !== -1) return Object.fromEntries(entries.with(index, [name, value]));
  const previous = entries.findIndex(([member]) => member === before);
  const at = previous === -1 ? entries.length : previous + 1;
  return Object.fromEntries(entries.toSpliced(at, 0, [name, value]));
}

/**
 * The options of several issuers and of groups of issuers, checked at start-up.
 *
 * @module
 */
import {
  assertKnownOptions,
  givenType,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import { assertDistinctPrefixes } from '../introspection/token-prefixes.js';
import { FOREIGN_OPTIONS } from './foreign-options.js';
import { resolveIssuer, type ResolvedIssuer } from './resolve-issuer.js';

type Options = Readonly<Record<string, unknown>>;

/**
 * Options of an entry of `issuers` that default to the option of the same name next to `issuers`.
 */
const POLICY_OPTIONS = [
  'audience',
  'audienceClaim',
  'algorithms',
  'typ',
  'scopeClaims',
  'dangerouslyIgnoreSenderConstraint',
  'decryption',
] as const;

/** Options that belong to one issuer. */
const ENTRY_OPTIONS = ['issuer', 'jwksUri', 'jwks', 'secret', 'introspection'] as const;

/** Every option of one issuer, by name. */
export const ISSUER_OPTIONS: readonly string[] = [...ENTRY_OPTIONS, ...POLICY_OPTIONS];

/** At least one issuer, in the order of the options. */
export type ResolvedIssuers = readonly [ResolvedIssuer, ...ResolvedIssuer[]];

/** The options of one issuer or of one group, with the defaults of its surroundings. */
export interface Entry {
  /** The name in messages, such as `issuers[1].issuers[0]`. */
  readonly name: string;
  readonly options: Options;
}

/**
 * Checks the options of all issuers and completes them. Groups are replaced by their members.
 *
 * @throws TypeError An option is missing, unknown or out of range, or an issuer is listed twice.
 */
export function resolveIssuers(options: Options, allowHttp: boolean): ResolvedIssuers {
  if (options['issuers'] === undefined) return [resolveIssuer(options, { path: '', allowHttp })];
  const entries = listEntries(options, '').flatMap(listMembers);
  const [first, ...others] = entries.map(({ name, options: entry }) =>
    resolveIssuer(entry, { path: `${name}.`, allowHttp }),
  );
  // `listEntries` has refused an empty array.
  if (first === undefined) throw invalidOption('issuers', 'must be a non-empty array of issuers');
  const resolved = [first, ...others] as const;
  assertDistinct(resolved, entries);
  assertDistinctPrefixes(
    resolved.map(({ introspection }, index) => ({
      introspection,
      name: entries[index]?.name ?? '',
    })),
  );
  return resolved;
}

/** Lists the entries of `issuers`, completed with the options next to it. */
function listEntries(options: Options, path: string): readonly Entry[] {
  assertSetOnEntries(options, path);
  const { issuers } = options;
  if (!Array.isArray(issuers) || issuers.length === 0) {
    // A group has no function that finds its issuers.
    const other = path === '' && !Array.isArray(issuers) ? ', or an object like { resolve }' : '';
    const given = givenType(issuers);
    throw invalidOption(`${path}issuers`, `must be a non-empty array of issuers${other}${given}`);
  }
  return issuers.map((entry: unknown, index) =>
    readEntry(entry, `${path}issuers[${index}]`, options),
  );
}

/**
 * Asserts that options next to `issuers` are not those of one issuer.
 *
 * @throws TypeError An option belongs to one issuer.
 */
export function assertSetOnEntries(options: Options, path: string): void {
  const name = ENTRY_OPTIONS.find((candidate) => Object.hasOwn(options, candidate));
  if (name === undefined) return;
  throw invalidOption(`${path}${name}`, 'cannot be combined with "issuers"; set it on each entry');
}

/**
 * Reads the options of one issuer or of one group.
 *
 * @param name - The name of the entry in messages.
 * @param shared - The options that contain the defaults.
 * @throws TypeError It is not an object, or an option is unknown.
 */
export function readEntry(entry: unknown, name: string, shared: Options): Entry {
  if (!isPlainObject(entry)) {
    throw invalidOption(name, `must be an object like { issuer }${givenType(entry)}`);
  }
  assertKnownOptions(`option "${name}"`, entry, {
    names: [...ISSUER_OPTIONS, 'issuers'],
    hints: FOREIGN_OPTIONS,
  });
  return { name, options: withSharedPolicy(entry, shared) };
}

/**
 * Lists the members of a group; an issuer is its own only member.
 *
 * @throws TypeError A member is not an issuer, or an option of a member is unknown.
 */
export function listMembers(entry: Entry): readonly Entry[] {
  if (!isGroup(entry.options)) return [entry];
  const members = listEntries(entry.options, `${entry.name}.`);
  const nested = members.find(({ options }) => isGroup(options));
  if (nested === undefined) return members;
  throw invalidOption(
    nested.name,
    'must be an issuer because a group cannot contain another group; list the inner group in the ' +
      'outermost "issuers"',
  );
}

function isGroup(options: Options): boolean {
  return options['issuers'] !== undefined;
}

function withSharedPolicy(entry: Options, shared: Options): Options {
  const merged: Record<string, unknown> = { ...entry };
  for (const name of POLICY_OPTIONS) {
    // An audience of undefined is a mistake that must be reported, so the shared one does not hide it.
    const isAbsent = name === 'audience' ? !Object.hasOwn(entry, name) : entry[name] === undefined;
    if (isAbsent) merged[name] = shared[name];
  }
  return merged;
}

/** @param entries - Where the issuers come from, in the same order. */
function assertDistinct(issuers: ResolvedIssuers, entries: readonly Entry[]): void {
  const names = new Map<string, string>();
  for (const [index, { issuer }] of issuers.entries()) {
    const name = entries[index]?.name ?? '';
    const earlier = names.get(issuer);
    if (earlier !== undefined) {
      throw invalidOption('issuers', `must name each issuer once; ${name} repeats ${earlier}`);
    }
    names.set(issuer, name);
  }
}

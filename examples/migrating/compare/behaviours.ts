/**
 * The part of the README that is measured, as Markdown.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { Answer } from './answer.js';
import { readVersion } from './before-apps.js';
import { type Library } from './libraries.js';
import { REQUEST_NAMES, type RequestName } from './requests.js';

/** The answers of both apps of a library to one request. */
export interface AnswerPair {
  readonly before: Answer;
  readonly after: Answer;
}

/** The answers of both apps of a library. */
export interface Measured {
  readonly library: Library;
  readonly answers: ReadonlyMap<RequestName, AnswerPair>;
}

/** Refusals whose bodies and challenges are shown. */
const SHOWN_REFUSALS: readonly RequestName[] = [
  'no token',
  'an expired token',
  'a token without the scope',
  'a valid token, no keys yet, authorization server down',
];

/** Formats the status of each request, the form of refusals, and the apps. */
export function formatBehaviours(measured: readonly Measured[]): string {
  return [
    'Each request is sent to both apps of each library. The columns of the libraries show the status before the move, in bold where it changes; the last column shows the status after it. A cell is empty where the app has no such route.',
    formatTable(statusRows(measured)),
    'passport-jwt and jose do not check scopes, and aws-jwt-verify and jose have no middleware for Express, so these results depend on the code of the app. With the option `dpop`, Scopegate accepts tokens with a proof.',
    'What a client reads in a refusal: the status, the media type of the body, and the challenge without `error_description` and `algs`.',
    formatTable(refusalRows(measured)),
    'The apps, and their lines without comments and blank lines:',
    formatTable(appRows(measured)),
  ].join('\n\n');
}

function statusRows(measured: readonly Measured[]): string[][] {
  const head = ['request', ...measured.map(({ library }) => library.name), 'Scopegate'];
  const rows = REQUEST_NAMES.map((name) => {
    const pairs = measured.map(({ answers }) => answers.get(name));
    const after = new Set(pairs.flatMap((pair) => pair?.after.status ?? []));
    return [name, ...pairs.map(formatStatus), [...after].join(' or ')];
  });
  return [head, ...rows];
}

function formatStatus(pair: AnswerPair | undefined): string {
  if (pair === undefined) return '';
  const { before, after } = pair;
  return before.status === after.status ? String(before.status) : `**${before.status}**`;
}

function refusalRows(measured: readonly Measured[]): string[][] {
  const head = ['app', ...SHOWN_REFUSALS];
  const before = measured.map(({ library, answers }) => [
    library.name,
    ...SHOWN_REFUSALS.map((name) => formatRefusal(answers.get(name)?.before)),
  ]);
  const [first] = measured;
  const after = SHOWN_REFUSALS.map((name) => formatRefusal(first?.answers.get(name)?.after));
  return [head, ...before, ['Scopegate', ...after]];
}

function formatRefusal(answer: Answer | undefined): string {
  if (answer === undefined) return '';
  const { status, mediaType, challenge, retryAfter } = answer;
  const parts = [
    `${status} ${mediaType ?? 'without a media type'}`,
    ...(challenge === undefined ? [] : [`\`${shorten(challenge)}\``]),
    ...(retryAfter ? ['`Retry-After`'] : []),
  ];
  return parts.join('<br>');
}

/** Removes what is too long for a table. */
function shorten(challenge: string): string {
  return challenge.replaceAll(/,? (?:error_description|algs)="[^"]*"/g, '');
}

function appRows(measured: readonly Measured[]): string[][] {
  const rows = measured.map(({ library: { name, packages } }) => {
    const [before, after] = [`before/${name}.js`, `after/${name}.ts`];
    const versions = packages.map((each) => `${each} ${readVersion(each)}`).join(', ');
    return [
      versions,
      `[${before}](${before}), ${countLines(before)} lines`,
      `[${after}](${after}), ${countLines(after)} lines`,
    ];
  });
  return [['packages', 'before', 'after'], ...rows];
}

function countLines(path: string): number {
  const code = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  return code
    .replaceAll(/\/\*\*.*?\*\//gs, '')
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}

function formatTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

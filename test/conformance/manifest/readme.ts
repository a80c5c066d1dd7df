/**
 * The README of the conformance suite, generated from the manifest.
 *
 * @module
 */
import type { Requirement, Specification } from './requirements/specification.js';
import { COLUMNS, declinedByReason, summarize } from './tally.js';

const INTRODUCTION = `# Conformance

Every requirement of OAuth 2.0 and related specifications on a resource server has an id, an entry in
[the manifest](manifest/requirements.ts) and a status:

- **tested**: tests whose titles contain the id show it, over HTTP on Express 4 and 5, Fastify,
  a handler of the Fetch Standard and Hono where possible. Decisions on tokens and keys, tokens in the
  body, nested routers and \`onRefusal\` are tested on Express only.
  \`grep -rn rfc6750#3.1/missing-scope-is-403 test packages\` finds them.
- **declined**: not implemented, with the reason.

\`npm run conformance\` runs the suite and prints the tables. This page is generated from the manifest;
\`npm run pages\` writes it again.

An id consists of the specification, its section and a short name: \`rfc6750#3.1/missing-scope-is-403\`.
The level is the specification's; \`own\` marks a rule of Scopegate where the text is silent or gives a
choice. Requirements are paraphrased: the section is the authority.`;

/** Writes the page; prettier formats it afterwards. */
export function formatReadme(specifications: readonly Specification[]): string {
  const requirements = specifications.flatMap((specification) => specification.requirements);
  return [
    INTRODUCTION,
    '## Summary',
    table(COLUMNS, summarize(specifications)),
    '## Declined',
    ...formatDeclined(requirements),
    '## Every requirement',
    ...specifications.flatMap(formatSpecification),
  ].join('\n\n');
}

function formatDeclined(requirements: readonly Requirement[]): string[] {
  return [...declinedByReason(requirements)].flatMap(([reason, declined]) => [
    reason,
    table(
      ['Id', 'Source', 'Level', 'Requirement'],
      declined.map(({ id, source, level, requirement }) => [id, source, level, requirement]),
    ),
  ]);
}

function formatSpecification({ title, requirements }: Specification): string[] {
  return [
    `### ${title}`,
    table(
      ['Id', 'Source', 'Level', 'Requirement', 'Status'],
      requirements.map(({ id, source, level, requirement, status }) => [
        id,
        source,
        level,
        requirement,
        status,
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

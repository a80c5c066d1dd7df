/**
 * What the comments of public names must say: units and ranges of numbers, defaults of options, errors
 * and examples of functions, and sections of the specifications.
 *
 * @module
 */
import ts from 'typescript';
import type { Declaration } from './declarations.js';
import { commentOf, listCallables, listProperties } from './documented-names.js';

/** Types of options whose names do not end with "Options". */
const OPTION_TYPES = new Set([
  'HandlerPolicy',
  'IntrospectedJwts',
  'IntrospectedTokens',
  'IssuerResolver',
  'KeySource',
  'RoutePolicy',
  'TokenPolicy',
]);

/** A name that carries its unit, or is an identifier. */
const UNIT_IN_NAME = /(?:Ms|Seconds|Bytes|_id|_uid)$|^max[A-Z]\w*s$/;
const UNIT_IN_COMMENT =
  /\b(?:microseconds|milliseconds|seconds|days|bytes|bits|number|how (?:many|often)|index|port|status)\b/i;
const RANGE =
  /\b(?:from|at least|greater than) \d|\d (?:\([^)]+\) )?to \d|\d(?:\^\d+ - 1| MiB| KiB)|since the epoch/i;

/** The verbs of docs/style.md whose functions refuse what they get. */
const REFUSING = /(?:^|\.)(?:create|parse|assert|require|declare|expect)(?=[A-Z]|$)/;

/** Lists what the comments of a declaration leave out. */
export function listGaps(declaration: Declaration): string[] {
  const areOptions = declaration.name.endsWith('Options') || OPTION_TYPES.has(declaration.name);
  const gaps = [
    ...listProperties(declaration).flatMap(([path, property]) => [
      ...listNumberGaps(path, property, areOptions),
      ...(areOptions && isGapOfDefault(property) ? [`${path} needs @defaultValue`] : []),
    ]),
    ...listCallables(declaration).flatMap(([path, callable]) => {
      const comment = commentOf(callable);
      const mayThrow = REFUSING.test(path) && !/@throws|never throws/i.test(comment);
      const isFunction = ts.isFunctionDeclaration(callable);
      return [
        ...(mayThrow ? [`${path} needs @throws, or "Never throws"`] : []),
        ...(isFunction && !comment.includes('@example') ? [`${path} needs @example`] : []),
      ];
    }),
    ...listSeeGaps(declaration),
  ];
  return gaps.map((gap) => `${declaration.file}: ${gap}`);
}

function listNumberGaps(path: string, property: ts.PropertySignature, isOption: boolean): string[] {
  if (!isNumber(property.type)) return [];
  const comment = commentOf(property);
  const hasUnit = UNIT_IN_NAME.test(property.name.getText()) || UNIT_IN_COMMENT.test(comment);
  return [
    ...(hasUnit ? [] : [`${path} needs a unit: "in milliseconds", "the number of …"`]),
    ...(isOption && !RANGE.test(comment) ? [`${path} needs a range: "1 to 100"`] : []),
  ];
}

function isNumber(type: ts.TypeNode | undefined): boolean {
  if (type === undefined) return false;
  if (ts.isUnionTypeNode(type)) return type.types.some(isNumber);
  return type.kind === ts.SyntaxKind.NumberKeyword;
}

/** An option that can be omitted. One that must be omitted has the type `never` or `undefined`. */
function isGapOfDefault(property: ts.PropertySignature): boolean {
  const { NeverKeyword, UndefinedKeyword } = ts.SyntaxKind;
  return (
    property.questionToken !== undefined &&
    property.type?.kind !== NeverKeyword &&
    property.type?.kind !== UndefinedKeyword &&
    !commentOf(property).includes('@defaultValue')
  );
}

/** A reference to a specification names the section. */
function listSeeGaps({ name, statements }: Declaration): string[] {
  const text = statements.map((statement) => statement.getFullText()).join('\n');
  return [...text.matchAll(/@see ([^\n]*)/g)]
    .map(([, reference = '']) => reference)
    .filter((reference) => /RFC \d+(?! §| appendix |\d)/i.test(reference))
    .map((reference) => `${name} needs a section in "@see ${reference}"`);
}

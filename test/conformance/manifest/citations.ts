/**
 * The requirements that tests cite, read from their syntax trees.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { root } from '../../workspace/workspace.js';

/** The requirement that a test cites. */
export interface Citation {
  /** Below the workspace, with forward slashes. */
  readonly file: string;
  readonly id: string;
}

/** The citations in the test files of one folder. */
export interface Reading {
  readonly citations: readonly Citation[];
  /** Tests that cite no requirement, as `file:line`. */
  readonly anonymous: readonly string[];
}

const ID = /\b[a-z][a-z0-9-]*#[a-z0-9.]+\/[a-z0-9-]+/g;
const CITES = 'verifies';
const REGISTERS = new Set(['it', 'test']);

/** Reads the conformance tests, which cite requirements by `verifies`. */
export function readConformanceTests(folder: string): Reading {
  const readings = testFiles(folder).map((file) => readTests(file, textOf(file)));
  return {
    citations: readings.flatMap(({ citations }) => citations),
    anonymous: readings.flatMap(({ anonymous }) => anonymous),
  };
}

/** Reads the unit tests of the packages, which may cite requirements in their titles. */
export function readPackageTests(): readonly Citation[] {
  return testFiles('packages').flatMap((file) => {
    const titles = callsIn(parse(file, textOf(file))).flatMap(({ name, call }) =>
      REGISTERS.has(name) ? literalsOf(call.arguments[0]) : [],
    );
    const ids = titles.flatMap((title) => title.match(ID) ?? []);
    return ids.map((id) => ({ file, id }));
  });
}

/** Reads the tests of one file. */
export function readTests(file: string, text: string): Reading {
  const source = parse(file, text);
  const citations: Citation[] = [];
  const anonymous: string[] = [];
  for (const { name, call } of callsIn(source)) {
    if (name !== CITES && !REGISTERS.has(name)) continue;
    const ids = name === CITES ? literalsOf(call.arguments[0]) : [];
    citations.push(...ids.map((id) => ({ file, id })));
    const { line } = source.getLineAndCharacterOfPosition(call.getStart());
    if (ids.length === 0) anonymous.push(`${file}:${line + 1}`);
  }
  return { citations, anonymous };
}

/** Every call in a file, by the first name of its callee: `it` for `it.each(…)(…)`. */
function callsIn(source: ts.SourceFile): { name: string; call: ts.CallExpression }[] {
  const calls: { name: string; call: ts.CallExpression }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      let callee: ts.Node = node.expression;
      while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) {
        callee = callee.expression;
      }
      // `it.each(rows)` is half of the call: the title is in the other half.
      const isHalf = ts.isCallExpression(node.parent) && node.parent.expression === node;
      if (ts.isIdentifier(callee) && !isHalf) calls.push({ name: callee.text, call: node });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

/** The text of a literal, or of every literal of a list; none when one of them is computed. */
function literalsOf(argument: ts.Expression | undefined): readonly string[] {
  if (argument === undefined) return [];
  if (ts.isStringLiteralLike(argument)) return [argument.text];
  if (!ts.isArrayLiteralExpression(argument)) return [];
  const texts = argument.elements.map((item) => (ts.isStringLiteralLike(item) ? item.text : ''));
  return texts.includes('') ? [] : texts;
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function testFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/\/(node_modules|dist)\//.test(path));
}

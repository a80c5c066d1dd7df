import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { listSources, root } from './workspace.js';

/** The names that Express 4 and 5 use inside, and do not document. */
const INTERNALS = [
  '_router',
  'expressInit',
  'keys',
  'lazyrouter',
  'matchers',
  'mounted_app',
  'mountpath',
  'rawPath',
  'regexp',
  'regexpMatcher',
  'slash',
  'stack',
];

/** Lists the internals that a source file names as a member or in a string. */
function findInternals(text: string): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = memberName(node);
    if (name !== undefined && INTERNALS.includes(name)) found.add(name);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
  return [...found].sort();
}

function memberName(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.getText() === 'Object' ? undefined : node.name.text;
  }
  if (ts.isBindingElement(node)) return (node.propertyName ?? node.name).getText();
  return ts.isPropertySignature(node) ? node.name.getText() : undefined;
}

const SOURCES = listSources('express')
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => {
    const text = readFileSync(join(root, 'packages/express/src', path), 'utf8');
    return { path, internals: findInternals(text) };
  });

describe('the internals of Express', () => {
  it('are named only in the room router/', () => {
    const outside = SOURCES.filter(({ path }) => !path.startsWith('router/'));
    const named = outside.filter(({ internals }) => internals.length > 0);
    expect(outside.length).toBeGreaterThan(0);
    expect(named).toEqual([]);
  });

  it('are all used in the room router/, so that the list stays true', () => {
    const inside = SOURCES.filter(({ path }) => path.startsWith('router/'));
    expect([...new Set(inside.flatMap(({ internals }) => internals))].sort()).toEqual(INTERNALS);
  });
});

describe('findInternals', () => {
  it.each([
    ['a member', 'const a = app._router;'],
    ['a member by its name', "const a = app['_router'];"],
    ['a destructured member', 'const { _router } = app;'],
    ['a renamed member', 'const { _router: router } = app;'],
    ['a member of a type', 'interface App { readonly _router: unknown }'],
  ])('finds %s', (_what, text) => {
    expect(findInternals(text)).toEqual(['_router']);
  });

  it.each(['Object.keys(app);', 'const keys = [];', '// app._router'])('ignores %s', (text) => {
    expect(findInternals(text)).toEqual([]);
  });
});

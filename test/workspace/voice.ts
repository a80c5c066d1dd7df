/**
 * Phrases that a native engineer of this field would not write, found in prose.
 *
 * @module
 */
import ts from 'typescript';

/** Each pattern matches one phrase. What to write instead is in docs/style.md. */
const PHRASES: readonly RegExp[] = [
  // Grammar that is translated, not written.
  /(?<!\b[Tt]here )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b)[A-Za-z]+/,
  /,(?: and)? for (?:it|the|a|an|no|they|that|this|there|what|we|any|every)\b/,
  /\b[Ss]ays? whether\b/,
  /\b(?:in place of|but for|or else|as well as that|belongs? into|in so far as|to be had)\b/i,
  /\bof (?:its|their) own\b/i,
  /\b(?:anew|oftener|meanwhile|thereby|lest|hence|upon|alike|aloud|nought|ere)\b/i,
  /\ban (?:URL|advice)\b/i,
  /\bstand(?:s|ing)? (?:in|at|beside|on|there|above|below|before|behind|between|beneath)\b/i,
  // People and metaphors where code runs.
  /\b(?:whoever|nobody|somebody|whosoever)\b/i,
  /\b(?:tells?|told|telling)\b/i,
  /\b(?:strange|strangers?|affair|poetry|at hand|spared?|arsenal|battles?|obstacles?)\b/i,
  /\b(?:judge[sd]?|judging|judgements?|patients?|diagnos[ei]s|symptoms?|remed(?:y|ies)|mend(?:s|ed|ing)?)\b/i,
  /\bremember(?:s|ed|ing)?\b/i,
  /\btakes? (?:itself|it|them|him) for\b/i,
  // Words that JavaScript does not use.
  /\b(?:whole numbers?|lists? of texts?|must be text|as text)\b/i,
];

/**
 * Finds the phrases in the prose of a file: comments and strings of code, a page without its code.
 *
 * @param path - Decides how the text is read; `.ts`, `.tsx`, `.mjs` and `.js` are code.
 * @returns `path:line phrase` for each, in the order of the text.
 */
export function findStumbles(path: string, text: string): string[] {
  const prose = /\.(?:tsx?|mjs|js)$/.test(path) ? proseOfCode(text, path) : proseOfPage(text);
  return prose.flatMap(({ line, words }) =>
    PHRASES.flatMap((phrase) => {
      const found = phrase.exec(words);
      return found === null ? [] : [`${path}:${line} ${found[0]}`];
    }),
  );
}

interface Prose {
  /** From 1. */
  readonly line: number;
  readonly words: string;
}

/** What a line of code spells for a reader: quoted names and inline code are not prose. */
function withoutCode(line: string): string {
  return line.replace(/`[^`]*`/g, '`').replace(/\{@\w+ [^}]*\}/g, '');
}

function proseOfPage(text: string): Prose[] {
  let inFence = false;
  return text.split('\n').flatMap((words, index) => {
    if (/^\s*```/.test(words)) {
      inFence = !inFence;
      return [];
    }
    return inFence ? [] : [{ line: index + 1, words: withoutCode(words) }];
  });
}

const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//g;

function proseOfCode(text: string, path: string): Prose[] {
  const file = ts.createSourceFile(
    path.endsWith('x') ? 'a.tsx' : 'a.ts',
    text,
    ts.ScriptTarget.Latest,
    true,
  );
  const pieces: [start: number, words: string][] = [];
  let rest = '';
  let restFrom = 0;
  const visit = (node: ts.Node): void => {
    if (isText(node) || ts.isRegularExpressionLiteral(node)) {
      const start = node.getStart(file);
      if (isText(node) && !isName(node)) pieces.push([start, node.text]);
      // What looks like a comment inside of a literal is not one.
      rest += text.slice(restFrom, start) + ' '.repeat(node.end - start);
      restFrom = node.end;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  rest += text.slice(restFrom);
  for (const { index, 0: comment } of rest.matchAll(COMMENT)) pieces.push([index, comment]);
  return pieces
    .flatMap(([start, words]) => {
      const { line } = file.getLineAndCharacterOfPosition(start);
      return words.split('\n').map((each, offset) => ({ line: line + 1 + offset, words: each }));
    })
    .map(({ line, words }) => ({ line, words: withoutCode(words) }))
    .sort((one, other) => one.line - other.line);
}

type TextNode = ts.StringLiteral | ts.TemplateLiteralLikeNode | ts.JsxText;

function isText(node: ts.Node): node is TextNode {
  return ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node);
}

/** Module specifiers and literal types: names, not prose. */
function isName(node: TextNode): boolean {
  const { parent } = node;
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isExternalModuleReference(parent)
  );
}

/**
 * The code in READMEs: finds it, compares it with its source, compiles it.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { listFolders, root } from './workspace.js';

/** One fenced block of a README. */
export interface Fence {
  /** The README, below the root. */
  readonly readme: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** The first word of the info string: `ts`, `sh`, or `''`. */
  readonly language: string;
  /** The name of the file that the block shows, of `file="name"`. */
  readonly file: string | undefined;
  /** `path#region` below the root if the block is a copy of that region. */
  readonly source: string | undefined;
  /** Whether it continues the previous `ts` block, with `ts continues` as its info string. */
  readonly continues: boolean;
  readonly text: string;
}

/** Lists the READMEs of the root, of each package and of each example, CONTRIBUTING, and the pages in `docs/`. */
export function listReadmes(): string[] {
  const packages = listFolders('packages').map((name) => `packages/${name}/README.md`);
  const examples = listFolders('examples').map((name) => `examples/${name}/README.md`);
  const pages = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const readmes = ['README.md', '.github/CONTRIBUTING.md', ...packages, ...examples];
  return [...readmes.filter((path) => existsSync(join(root, path))), ...pages];
}

/** The closing fence is indented like the opening one, because a block may be in a list. */
const BLOCK = /^([ \t]*)```([\w-]*)([^\n]*)\n(.*?)^\1```[ \t]*$/gms;

/** Finds the fenced blocks of a README. */
export function readFences(readme: string, markdown: string): Fence[] {
  const fences: Fence[] = [];
  for (const match of markdown.matchAll(BLOCK)) {
    const [, indent = '', language = '', info = '', text = ''] = match;
    fences.push({
      readme,
      line: markdown.slice(0, match.index).split('\n').length,
      language,
      file: /file="([^"]+)"/.exec(info)?.[1],
      source: /source="([^"]+)"/.exec(info)?.[1],
      continues: /\bcontinues\b/.test(info),
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    });
  }
  return fences;
}

/**
 * Finds the lines from `// #region name` to `// #endregion name`, without their indentation.
 *
 * @returns The lines, or `undefined` without such a region.
 */
export function findRegion(code: string, name: string): string | undefined {
  const lines = code.split('\n');
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  const end = lines.findIndex((line) => line.trim() === `// #endregion ${name}`);
  if (start === -1 || end <= start) return undefined;
  const indent = /^\s*/.exec(lines[start] ?? '')?.[0].length ?? 0;
  return lines
    .slice(start + 1, end)
    .map((line) => `${line.slice(indent)}\n`)
    .join('');
}

/** A block for the compiler, with the blocks that it continues. */
interface Module {
  readonly fence: Fence;
  readonly text: string;
}

/** A file that exists only for the compiler. */
const RUNTIMES = join(root, 'README-runtimes.d.ts');

/** What READMEs use of other runtimes, and of frameworks that are not installed. */
const RUNTIME_GLOBALS = `
type MaybePromise<T> = T | Promise<T>;
type FetchHandler = (request: Request) => MaybePromise<Response>;
declare const Bun: { serve(options: { port: number; fetch: FetchHandler }): unknown };
declare const Deno: { serve(options: { port: number }, handler: FetchHandler): unknown };
declare module '@sveltejs/kit' {
  interface RequestEvent { request: Request; route: { id: string | null } }
  type Resolve = (event: RequestEvent) => MaybePromise<Response>;
  type Handle = (input: { event: RequestEvent; resolve: Resolve }) => MaybePromise<Response>;
  type RequestHandler = (event: RequestEvent) => MaybePromise<Response>;
}
`;

/**
 * Compiles blocks against the sources of the packages, each as a module beside its README.
 *
 * @param fences - `ts` blocks, those of one README in order.
 * @returns The messages of the compiler by block; no entry for a block that compiles.
 */
export function compileFences(fences: readonly Fence[]): Map<Fence, string[]> {
  const modules = new Map<string, Module>();
  let before = '';
  for (const fence of fences) {
    const text = fence.continues ? before + fence.text : fence.text;
    modules.set(join(root, dirname(fence.readme), `README-${fence.line}.ts`), { fence, text });
    before = text;
  }
  const options = compilerOptions();
  const host = createHost(options, (path) => {
    return path === RUNTIMES ? RUNTIME_GLOBALS : modules.get(path)?.text;
  });
  const program = ts.createProgram([RUNTIMES, ...modules.keys()], options, host);
  return messagesByFence(program, modules);
}

function createHost(
  options: ts.CompilerOptions,
  findText: (path: string) => string | undefined,
): ts.CompilerHost {
  const disk = ts.createCompilerHost(options);
  return {
    ...disk,
    fileExists: (path) => findText(path) !== undefined || disk.fileExists(path),
    readFile: (path) => findText(path) ?? disk.readFile(path),
    getSourceFile: (path, languageVersion, ...rest) => {
      const text = findText(path);
      if (text === undefined) return disk.getSourceFile(path, languageVersion, ...rest);
      return ts.createSourceFile(path, text, languageVersion, true);
    },
  };
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), (path) =>
    ts.sys.readFile(path),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return { ...options, moduleDetection: ts.ModuleDetectionKind.Force };
}

function messagesByFence(
  program: ts.Program,
  modules: ReadonlyMap<string, Module>,
): Map<Fence, string[]> {
  const messages = new Map<Fence, string[]>();
  for (const [path, { fence, text }] of modules) {
    const file = program.getSourceFile(path);
    const own = text.length - fence.text.length;
    const diagnostics = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ].filter(({ start = 0 }) => start >= own);
    if (diagnostics.length > 0) messages.set(fence, diagnostics.map(formatDiagnostic));
  }
  return messages;
}

/** The offending line and the message: `parseScope(1); // Argument of type …`. */
function formatDiagnostic({ file, start = 0, messageText }: ts.Diagnostic): string {
  const lines = file?.text.slice(0, start).split('\n') ?? [];
  const line = file?.text.split('\n')[lines.length - 1] ?? '';
  return `${line.trim()} // ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

/**
 * The modules of the inspector's page for tests that run from source.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const PACKAGE = fileURLToPath(new URL('../../packages/inspector/', import.meta.url));

/** As `src/page/tsconfig.json` and what it extends have them. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  jsx: ts.JsxEmit.ReactJSX,
  jsxImportSource: 'preact',
  verbatimModuleSyntax: true,
  removeComments: true,
};

/**
 * Compiles the modules of the page that `npm run build` has not compiled, or that are older than their source.
 * Several processes may do it at the same time.
 */
export function compilePageModules(): void {
  const source = join(PACKAGE, 'src');
  const folders = readdirSync(source).filter((name) => /^page(-\w+)*$/.test(name));
  for (const folder of folders) {
    const names = readdirSync(join(source, folder)).filter((name) =>
      /(?<!\.test)\.tsx?$/.test(name),
    );
    for (const name of names) compile(`${folder}/${name}`);
  }
}

function compile(path: string): void {
  const source = join(PACKAGE, 'src', path);
  const target = join(PACKAGE, 'dist', path.replace(/\.tsx?$/, '.js'));
  if (modifiedAt(target) >= modifiedAt(source)) return;
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    fileName: source,
    compilerOptions: OPTIONS,
  });
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, outputText);
  renameSync(temporary, target);
}

/** When a file was changed, in milliseconds since the epoch; 0 if it does not exist. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Loads the page of the inspector as a browser does: the document, and each file that another refers to. Prints
 * the paths.
 */
import { createResourceServer } from '@scopegate/express';
import { createInspector } from '@scopegate/inspector';
import ts from 'typescript';

const api = createResourceServer({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
});
const inspector = createInspector({ servers: { sales: api } });
const { url } = await inspector.listen();

const read = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`);
  return response.text();
};

const page = await read(new URL(url));
const { imports } = JSON.parse(/<script type="importmap">([^<]*)</.exec(page)[1]);
const references = [...page.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)];
const files = new Map(
  references.map(([, path]) => new URL(path, url)).map((each) => [each.pathname, each]),
);
for (const [path, address] of files) {
  const text = await read(address);
  if (!/\.m?js$/.test(path)) continue;
  for (const { fileName } of ts.preProcessFile(text).importedFiles) {
    const mapped = imports[fileName];
    const target = mapped === undefined ? new URL(fileName, address) : new URL(mapped, url);
    files.set(target.pathname, target);
  }
}
console.log([...files.keys()].sort().join('\n'));
await inspector.close();

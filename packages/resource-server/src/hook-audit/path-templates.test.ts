import { describe, expect, it } from 'vitest';
import { listPathTemplates } from './path-templates.js';

describe('listPathTemplates', () => {
  it.each<[string, readonly string[]]>([
    ['/', ['/']],
    ['/sales', ['/sales']],
    ['/sales/:id', ['/sales/{id}']],
    ['/sales/:id?', ['/sales/{id}', '/sales']],
    ['/:id?', ['/{id}', '/']],
    ['/at/:hour(^\\d+)h:minute(^(a|b)$)m', ['/at/{hour}h{minute}m']],
    ['/files/*', ['/files/{wildcard}']],
    ['*', ['/{wildcard}']],
    ['/name::verb', ['/name:verb']],
  ])('formats %s', (path, templates) => {
    expect(listPathTemplates(path)).toEqual(templates);
  });
});

import { describe, expect, it } from 'vitest';
import { openApiPaths, samplePaths } from './path-samples.js';

const UUID = '00000000-0000-4000-8000-000000000000';

describe('samplePaths', () => {
  it.each([
    ['/v1/sales', ['/v1/sales']],
    ['/', ['/']],
    ['/v1/:id', ['/v1/sample', '/v1/1', `/v1/${UUID}`]],
    ['/v1/:"a-b"', ['/v1/sample', '/v1/1', `/v1/${UUID}`]],
    ['/v1/:id(\\d+)', ['/v1/1']],
    ['/v1/:kind(open|closed)', ['/v1/open', '/v1/closed']],
    ['/v1/:id?', ['/v1/sample', '/v1/', '/v1/1', `/v1/${UUID}`]],
    ['/v1{/all}', ['/v1/all', '/v1']],
    ['/a{/b{/c}}', ['/a/b/c', '/a', '/a/b']],
    ['/:id([0-9a-f]{8}-.{27})', [`/${UUID}`]],
    ['/files/*path', ['/files/sample', '/files/sample/sample', '/files/', '/files/samplepath']],
    ['/files/*', ['/files/sample', '/files/sample/sample', '/files/']],
    ['/ab?c', ['/abc', '/ac']],
    ['/ab+c', ['/abc']],
    ['/a(b|c)?d', ['/abd', '/acd', '/ad']],
    ['/a\\:b', ['/a:b']],
    ['/a.json', ['/a.json']],
    ['/a\\{b\\}', ['/a{b}']],
  ])('fills in the parameters and options of %s', (pattern, samples) => {
    expect(samplePaths(pattern).slice(0, samples.length)).toEqual(samples);
  });

  it('limits the number of samples', () => {
    expect(samplePaths('/a{/b}{/c}{/d}{/e}{/f}{/g}{/h}{/:i}').length).toBeLessThanOrEqual(48);
  });

  it('guesses when none of its values matches the constraint', () => {
    expect(samplePaths('/:day(\\d{4}-\\d{2})')).toContain('/sample');
  });
});

describe('openApiPaths', () => {
  it.each([
    ['/v1/sales/:id', ['/v1/sales/{id}']],
    ['/v1/:id(\\d+)', ['/v1/{id}']],
    ['/v1{/:id}', ['/v1/{id}', '/v1']],
    ['/v1/:id?', ['/v1/{id}', '/v1']],
    ['/files/*path', ['/files/{path}']],
    ['/files/*', ['/files/{wildcard}']],
    ['/', ['/']],
  ])('writes the path templates of %s', (pattern, templates) => {
    expect(openApiPaths(pattern)).toEqual(templates);
  });
});

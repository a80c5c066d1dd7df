import { describe, expect, it } from 'vitest';
import { freezeJsonObject, type JsonObject, member, parseJsonObject } from './json-object.js';

function parse(text: string): JsonObject | undefined {
  return parseJsonObject(Buffer.from(text));
}

/** An object that is nested to a depth, itself included. */
function nested(depth: number, open: string, close: string): string {
  return `{"a":${open.repeat(depth - 1)}0${close.repeat(depth - 1)}}`;
}

describe('parseJsonObject', () => {
  it.each([
    '{}',
    ' {\n\t"a" : 1 } ',
    '{"a":null,"b":true,"c":-1.5e3,"d":"x"}',
    '{"a":{"a":{"a":[{"a":1},{"a":1}]}}}',
    '{"":0}',
    '{"a:b":"c:d"}',
    '{"a":"\\""}',
    '{"a":"\\\\","b":"\\\\\\"b\\":1"}',
    '{"\\"a\\":":1,"\\\\":2}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"aud":["x","y"],"scope":"read:analytics"}',
    '{"\u00e9":"\u{1f511}","\\u00e9x":1}',
    '{"constructor":1,"toString":2,"prototype":3,"hasOwnProperty":4}',
    '{"1":"a","01":"b","-1":"c"}',
  ])('reads %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['nothing', ''],
    ['white space', ' '],
    ['null', 'null'],
    ['a number', '1'],
    ['text', '"{}"'],
    ['a list', '[]'],
    ['a list of objects', '[{"a":1}]'],
    ['trailing characters', '{"a":1}ABCD'],
    ['two objects', '{"a":1}{"a":1}'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{/**/}'],
    ['single quotes', "{'a':1}"],
    ['an unclosed string', '{"a":"\\"}'],
    ['a control character', '{"a":"\n"}'],
    ['a byte order mark', '\ufeff{"a":1}'],
  ])('refuses %s', (_case, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['a continuation byte alone', [0x80]],
    ['a sequence that ends too soon', [0xc3]],
    ['an overlong encoding', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses what is not UTF-8: %s', (_case, octets) => {
    const quote = Buffer.from('"');
    const text = [Buffer.from('{"a":"'), Buffer.from(octets), quote, Buffer.from('}')];
    expect(parseJsonObject(Buffer.concat(text))).toBeUndefined();
  });

  it('refuses UTF-16', () => {
    expect(parseJsonObject(Buffer.from('{"a":1}', 'utf16le'))).toBeUndefined();
  });

  it.each([
    ['with different values', '{"exp":1,"exp":9999999999}'],
    ['with one value', '{"a":1,"a":1}'],
    ['three times', '{"a":1,"a":1,"a":1}'],
    ['spelled with an escape', '{"alg":"none","\\u0061lg":"ES256"}'],
    ['spelled with an escaped backslash', '{"\\\\":1,"\\u005c":2}'],
    ['in an inner object', '{"a":{"b":1,"b":2}}'],
    ['in an object of a list', '{"a":[{"b":1,"b":2}]}'],
    ['in an object that another one replaces', '{"a":{"b":1},"a":1}'],
    ['that looks like an index', '{"1":"a","1":"b"}'],
    ['that is empty', '{"":1,"":2}'],
    ['that holds a colon', '{"a:":1,"a:":2}'],
    ['that holds a quote', '{"\\"":1,"\\"":2}'],
  ])('refuses a name that occurs twice: %s', (_case, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    '{"__proto__":{"scope":"admin"}}',
    '{"__proto__":null}',
    '{"\\u005f_proto__":1}',
    '{"a":[{"__proto__":{"b":1}}]}',
  ])('refuses a member named __proto__: %s', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
  ])('reads %s that nest 32 deep, and no deeper', (_case, open, close) => {
    expect(parse(nested(32, open, close))).toBeDefined();
    expect(parse(nested(33, open, close))).toBeUndefined();
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(parse(nested(100_000, '[', ']'))).toBeUndefined();
  });

  it('does not freeze the object', () => {
    const object = parse('{"a":{"b":[]}}') as { a: object };
    expect([object, object.a].some(Object.isFrozen)).toBe(false);
  });

  it('counts own members only', () => {
    let found: unknown;
    Object.defineProperty(Object.prototype, 'polluted', {
      value: 1,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    try {
      found = [parse('{"a":{"b":1}}'), parse('{"a":{"b":1,"b":2}}')];
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
    expect(found).toEqual([{ a: { b: 1 } }, undefined]);
  });
});

describe('freezeJsonObject', () => {
  it('freezes deeply', () => {
    const object = parse('{"a":{"b":[{"c":1},[[]]]}}') ?? {};
    const { a } = object as { a: { b: [object, object[]] } };
    freezeJsonObject(object);
    expect([object, a, a.b, ...a.b, a.b[1][0]].every(Object.isFrozen)).toBe(true);
  });

  it.each([
    ['nothing but empty objects', `{"a":[${Array(4_000).fill('{}').join()}]}`, 4_000 * 64],
    ['nothing but empty arrays', `{"a":[${Array(4_000).fill('[]').join()}]}`, 4_000 * 40],
    ['members', `{${Array.from({ length: 1_300 }, (_, i) => `"m${i}":1`).join()}}`, 1_300 * 63],
    ['fractions', `{"a":[${Array(2_900).fill('1.5').join()}]}`, 2_900 * 24],
  ])('estimates no less than V8 needs: %s', (_case, text, measured) => {
    expect(freezeJsonObject(parse(text) ?? {})).toBeGreaterThanOrEqual(measured);
  });

  it('estimates little for an ordinary claims set', () => {
    const claims = { iss: 'a', aud: 'b', exp: 1, iat: 1, sub: 's', client_id: 'c', scope: 'd' };
    expect(freezeJsonObject(claims)).toBe(8 * 64);
  });
});

describe('member', () => {
  it('reads own members', () => {
    expect(member({ a: 1 }, 'a')).toBe(1);
    expect(member({ a: null }, 'a')).toBeNull();
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'b'])(
    'reads nothing that is inherited or absent: %s',
    (name) => {
      expect(member({ a: 1 }, name)).toBeUndefined();
      expect(member(Object.create({ b: 1 }) as JsonObject, name)).toBeUndefined();
    },
  );
});

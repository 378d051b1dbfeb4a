import { describe, expect, it } from 'vitest';
import { foreignPrototype, guardPrototypes } from '../src/prototype-guard.js';

describe('guardPrototypes', () => {
  it('sees a member that is added, replaced, or gone', () => {
    const changed = guardPrototypes();
    expect(changed()).toBeUndefined();
    Reflect.set(Map.prototype, 'extra', 1);
    expect(changed()).toBe('Map.prototype');
    Reflect.deleteProperty(Map.prototype, 'extra');
    const { at } = Array.prototype;
    Array.prototype.at = () => 1;
    expect(changed()).toBe('Array.prototype');
    Array.prototype.at = at;
    expect(changed()).toBeUndefined();
  });
});

describe('foreignPrototype', () => {
  it('takes values and classes, wherever they stand', () => {
    class Own {}
    const values = [
      1,
      null,
      [new Own()],
      { a: new Map(), b: new Date(0) },
      Object.create(null),
      Uint8Array.of(1),
    ];
    expect(values.map(foreignPrototype)).toEqual(values.map(() => undefined));
    expect(foreignPrototype(JSON.parse('{"__proto__":{"constructor":{}}}'))).toBeUndefined();
  });

  it('finds a prototype that was set to data', () => {
    expect(foreignPrototype([{ a: Object.setPrototypeOf({}, { constructor: {} }) }])).toMatch(/made of data/);
  });
});

import { describe, expect, it } from 'vitest';
import { shownCode } from '../src/shown-code.js';

/** A function whose source is the given text, as another loader would leave it. */
function withSource(text: string): () => unknown {
  return Object.assign(() => undefined, { toString: () => text });
}

describe('shownCode', () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    [
      '()=>cache.set("user:1",{name:"Ada",admin:true})',
      "await cache.set('user:1', { name: 'Ada', admin: true })",
    ],
    ['() => cache.get("a, b:{c}+d")', "await cache.get('a, b:{c}+d')"],
    ['()=>cache.set("stars",2n**63n)', "await cache.set('stars', 2n ** 63n)"],
    ['()=>wait(new Date(Date.now()+6e4),{})', 'await wait(new Date(Date.now() + 60000), {})'],
    ['()=>all([...ada.value,"1e3"],()=>x)', "await all([...ada.value, '1e3'], () => x)"],
  ];
  for (const [source, shown] of cases) {
    it(`shows ${shown}`, () => expect(shownCode(withSource(source))).toBe(shown));
  }
});

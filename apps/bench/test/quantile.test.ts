import { describe, expect, it } from 'vitest';
import { median, quantileOfSorted, relativeSpread } from '../src/quantile.js';

describe('quantileOfSorted', () => {
  it('takes the nearest rank', () => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(quantileOfSorted(sorted, 0.5)).toBe(50);
    expect(quantileOfSorted(sorted, 0.99)).toBe(99);
    expect(quantileOfSorted(sorted, 1)).toBe(100);
    expect(quantileOfSorted([7], 0.01)).toBe(7);
  });

  it('has no value for nothing', () => {
    expect(quantileOfSorted([], 0.5)).toBeNaN();
  });
});

describe('median', () => {
  it('sorts by number, not by text', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('takes the mean of the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('relativeSpread', () => {
  it('is half the distance between the quartiles over the median', () => {
    expect(relativeSpread([90, 100, 100, 110])).toBe(0.05);
    expect(relativeSpread([5, 5, 5])).toBe(0);
  });
});

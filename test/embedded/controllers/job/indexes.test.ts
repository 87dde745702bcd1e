import { describe, expect, it } from 'vitest';
import {
  count,
  countCommon,
  firstFree,
  includes,
  indexesOf,
  parseIndexes,
  printIndexes,
  union,
} from '../../../../src/embedded/controllers/job/indexes.ts';

describe('completion indexes', () => {
  it.each([
    [[], ''],
    [[3], '3'],
    [[1, 2], '1,2'],
    [[5, 1, 2, 3, 7], '1-3,5,7'],
    [[0, 2, 3, 5, 6, 7], '0,2,3,5-7'],
  ])('%j are written as "%s"', (numbers, text) => {
    expect(printIndexes(indexesOf(numbers))).toBe(text);
    expect(parseIndexes(text, 100)).toEqual(indexesOf(numbers));
  });

  it('leaves out what is beyond the completions, and what is no number', () => {
    expect(printIndexes(parseIndexes('0,x,3-9,12', 6))).toBe('0,3-5');
    expect(parseIndexes(undefined, 6)).toEqual([]);
  });

  it('knows which are free, common and how many', () => {
    const taken = parseIndexes('0-2,4,7', 10);
    expect(firstFree(taken, 3, 10)).toEqual([3, 5, 6]);
    expect(firstFree(taken, 10, 6)).toEqual([3, 5]);
    expect(firstFree([], 2, 10)).toEqual([0, 1]);
    expect(count(taken)).toBe(5);
    expect(includes(taken, 4)).toBe(true);
    expect(includes(taken, 3)).toBe(false);
    expect(countCommon(taken, parseIndexes('2-5', 10))).toBe(2);
    expect(printIndexes(union(taken, parseIndexes('3,9', 10)))).toBe('0-4,7,9');
  });
});

import { describe, expect, it } from 'vitest';
import {
  difference,
  type FieldSet,
  inOrder,
  intersection,
  paths,
  readFieldSet,
  recursiveDifference,
  union,
} from '../../../../src/embedded/apiserver/apply/field-set.ts';

const leaf = {};
const both: FieldSet = { 'f:a': { '.': leaf, 'f:x': leaf, 'f:y': leaf }, 'f:b': leaf };
const onlyX: FieldSet = { 'f:a': { 'f:x': leaf } };
const onlyA: FieldSet = { 'f:a': leaf };

describe('field sets', () => {
  it('unite', () => {
    expect(union(onlyX, { 'f:a': { 'f:y': leaf }, 'f:b': leaf })).toEqual({
      'f:a': { 'f:x': leaf, 'f:y': leaf },
      'f:b': leaf,
    });
    expect(union(onlyX, onlyA)).toEqual({ 'f:a': { '.': leaf, 'f:x': leaf } });
    expect(union(both, {})).toBe(both);
  });

  it('intersect', () => {
    expect(intersection(both, onlyX)).toEqual(onlyX);
    expect(intersection(both, onlyA)).toEqual(onlyA);
    expect(intersection(onlyX, onlyA)).toEqual({});
  });

  it('subtract an element without what is below it', () => {
    expect(difference(both, onlyA)).toEqual({ 'f:a': { 'f:x': leaf, 'f:y': leaf }, 'f:b': leaf });
    expect(difference(both, onlyX)).toEqual({ 'f:a': { '.': leaf, 'f:y': leaf }, 'f:b': leaf });
    expect(difference(onlyX, onlyX)).toEqual({});
    expect(difference(both, { 'f:z': leaf })).toBe(both);
  });

  it('subtract an element with all that is below it', () => {
    expect(recursiveDifference(both, onlyA)).toEqual({ 'f:b': leaf });
    expect(recursiveDifference(both, onlyX)).toEqual(difference(both, onlyX));
  });

  it('list their paths, members of a level first', () => {
    const set: FieldSet = {
      'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': leaf, 'f:name': leaf } },
      'f:finalizers': { 'v:"a/b"': leaf },
      'f:replicas': leaf,
      'f:atomic': { 'i:0': leaf },
    };
    expect(paths(set)).toEqual([
      '.replicas',
      '.atomic[0]',
      '.finalizers[="a/b"]',
      '.ports[containerPort=80,protocol="TCP"]',
      '.ports[containerPort=80,protocol="TCP"].name',
    ]);
  });

  it('are written in order: fields, keys by their values, values', () => {
    const set: FieldSet = {
      'v:2': leaf,
      'k:{"p":443}': leaf,
      'k:{"p":80}': leaf,
      'f:b': { 'f:d': leaf, '.': leaf },
      'f:a': leaf,
    };
    expect(Object.keys(inOrder(set))).toEqual(['f:a', 'f:b', 'k:{"p":80}', 'k:{"p":443}', 'v:2']);
    expect(Object.keys(inOrder(set)['f:b']!)).toEqual(['.', 'f:d']);
    expect(inOrder(inOrder(set))).toEqual(inOrder(set));
  });

  it('read what clients send, whatever its form', () => {
    expect(readFieldSet({ 'k:{ "b":1, "a":"x" }': { 'f:c': {} }, 'q:new': {}, 'i:07': {} })).toEqual({
      'k:{"a":"x","b":1}': { 'f:c': {} },
      'i:7': {},
    });
    expect(() => readFieldSet({ 'k:nonsense': {} })).toThrow();
    expect(() => readFieldSet({ 'f:a': 1 })).toThrow();
  });
});

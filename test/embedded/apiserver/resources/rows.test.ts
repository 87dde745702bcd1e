import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { event } from '../../../../src/embedded/apiserver/resources/event.ts';
import { pod } from '../../../../src/embedded/apiserver/resources/pod.ts';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';

/** Rows as 1.33.13 prints them. In the recording "@90" stands for a time 90 seconds ago. */
interface Row {
  readonly title: string;
  readonly object: KubeObject;
  readonly cells: readonly unknown[];
}

const file = new URL('./recordings/rows.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<'pods' | 'events', readonly Row[]>>;
const now = Date.UTC(2026, 10, 21, 12);

function atTimes(object: KubeObject): KubeObject {
  const text = JSON.stringify(object).replace(/"@(\d+)"/g, (_, seconds: string) => {
    return `"${new Date(now - Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')}"`;
  });
  return JSON.parse(text) as KubeObject;
}

describe('the row of a Pod', () => {
  it.each(recorded.pods)('$title', ({ object, cells }) => {
    const pictured = atTimes(object);
    expect([object.metadata.name, ...pod.columns.map(({ value }) => value(pictured, now))]).toEqual(cells);
  });
});

describe('the row of an Event', () => {
  it.each(recorded.events)('$title', ({ object, cells }) => {
    const pictured = atTimes(object);
    expect(event.columns.map(({ value }) => value(pictured, now))).toEqual(cells);
  });
});

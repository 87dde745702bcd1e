import { resolve } from 'node:path';
import { expect } from 'vitest';
import { letsNodesFail } from '../../src/lessons/lesson.ts';
import { createTools, type LoadedLesson, loadLessons } from '../../src/lessons/load.ts';
import { ordinal } from './support.ts';

const all = loadLessons(resolve(import.meta.dirname, '../../lessons'), createTools());
const failing = (each: LoadedLesson) => each.lesson !== undefined && letsNodesFail(each.lesson);

/** Those whose attempts can be made side by side, and side by side with another's. */
export const steadyLessons: readonly string[] = all.filter((each) => !failing(each)).map(({ id }) => id);

/** Those that let nodes fail, which takes them from whoever else is on the cluster. */
export const failingLessons: readonly string[] = all.filter(failing).map(({ id }) => id);

/** @param data the folder in which the cluster is kept */
export async function rehearse(lesson: string, data: string): Promise<void> {
  const mistakes = process.env.ORDINAL_KIND_MISTAKES ?? 'none';
  const args = ['validate', lesson, '--provider', 'kind', '--data', data, '--mistakes', mistakes];
  const { code, out, err } = await ordinal(args);
  expect(code, `${out}\n${err}`).toBe(0);
}

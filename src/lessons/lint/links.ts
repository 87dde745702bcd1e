import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { resolveAsset } from '../assets.ts';
import { parseMarkdown } from '../markdown.ts';
import { positionAt } from '../problem.ts';
import { addressesOf, lessonOf } from '../render.ts';
import { readText, type StepSource, textFile } from '../text.ts';
import type { Place, Report } from './report.ts';

/** Links and pictures, in a step's text and in hints: that they lead somewhere. */

/** Finds the place of a target that stands in a paragraph beginning on a line. */
type Locate = (target: string, line: number) => Place;

export function lintReferences(step: StepSource, report: Report): void {
  const { id, folder } = report.loaded;
  const addresses = addressesOf({ id });
  const locate: Locate = (target, line) => {
    const offset = offsetOfTarget(step.markdown, target, line - step.textLine);
    if (offset < 0) return { file: textFile, line, column: 1 };
    const place = positionAt(step.markdown, offset);
    return { file: textFile, line: step.textLine + place.line - 1, column: place.column };
  };
  for (const { target, line } of step.links) lintLink(target, locate(target, line), report);
  for (const { source, alt, line } of step.images) {
    const say = (message: string) => {
      report.problems.push({ ...locate(source, line), message, severity: 'error' });
    };
    if (addresses.image(source) === undefined) {
      say(`"${source}" is no picture of this lesson: write a path below its folder, such as pictures/a.svg`);
    } else if (!resolveAsset({ folder }, source)) {
      say(`there is no ${source} in the lesson's folder`);
    }
    if (alt.trim() === '') {
      say(`the picture ${source} says nothing to those who cannot see it: ![what it shows](${source})`);
    }
  }
}

/** Of a piece of Markdown in checks.yaml. */
export function lintLinksOf(markdown: string, path: readonly PropertyKey[], report: Report): void {
  const [, { links }] = parseMarkdown(report.tools.markdown, markdown);
  for (const { target, line } of links) {
    const offset = Math.max(0, offsetOfTarget(markdown, target, line));
    lintLink(target, report.placeInChecks(path, { offset }), report);
  }
}

function lintLink(target: string, place: Place, report: Report): void {
  const { id, folder, sources } = report.loaded;
  const say = (message: string, severity: 'error' | 'warning' = 'error') => {
    report.problems.push({ ...place, message, severity });
  };
  const steps = sources.text.steps.map((step) => step.id);
  if (addressesOf({ id }).link(target) === undefined) {
    say(`"${target}" is no link: write https://…, #a-step or ../another-lesson/lesson.md`);
  } else if (/^https?:/i.test(target)) {
    if (!isAddress(target)) say(`"${target}" is no address: write https://host.example/page`);
    else report.webLinks.push({ ...place, target });
    if (target.startsWith('http://')) say(`"${target}" is not encrypted: write https://`, 'warning');
  } else if (target.startsWith('#') && !steps.includes(target.slice(1))) {
    say(`"${target}" leads nowhere: the steps are ${steps.join(', ')}`);
  }
  const lesson = lessonOf(target);
  if (!lesson) return;
  const file = join(dirname(folder), lesson.id, textFile);
  if (!existsSync(file)) {
    say(`there is no lesson ${lesson.id} beside ${basename(folder)}`);
  } else if (lesson.anchor) {
    const there = readText(readFileSync(file, 'utf8'), report.tools.markdown).steps.map((step) => step.id);
    if (there.includes(lesson.anchor.slice(1))) return;
    say(`"${target}" leads nowhere: the steps of ${lesson.id} are ${there.join(', ')}`);
  }
}

/** An address somebody could have: a host with a dot in its name, or this machine, and nothing that was left to fill in. */
function isAddress(target: string): boolean {
  if (!URL.canParse(target) || /\s|…|%E2%80%A6|\.\.\.$/.test(target)) return false;
  const { hostname } = new URL(target);
  return /^(localhost|[\w-]+(\.[\w-]+)+|\[[\da-f:]+\])$/i.test(hostname);
}

/** Character at which a target is written, from a line (counted from 0) on: a paragraph knows only its first. */
function offsetOfTarget(markdown: string, target: string, fromLine: number): number {
  const from = markdown.split('\n', Math.max(0, fromLine)).join('\n').length;
  const written = [`](${target}`, `]: ${target}`, `<${target}`].map((text) => markdown.indexOf(text, from));
  const found = written.map((offset, form) => ({ offset, skip: [2, 3, 1][form]! })).filter(({ offset }) => offset >= 0);
  const first = found.sort((one, other) => one.offset - other.offset)[0];
  return first ? first.offset + first.skip : -1;
}

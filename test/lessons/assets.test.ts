import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveAsset } from '../../src/lessons/assets.ts';
import { lessonFolder, TemporaryFolder } from './lesson-tools.ts';

describe('assets', () => {
  it('are the pictures of the lesson', () => {
    using folder = lessonFolder({ 'pictures/a b.svg': '', 'pictures/a.svg': '<svg/>', 'b.PNG': '' });
    expect(resolveAsset({ folder: folder.path }, 'pictures/a.svg')).toEqual({
      path: expect.stringContaining('pictures/a.svg'),
      type: 'image/svg+xml',
    });
    expect(resolveAsset({ folder: folder.path }, 'b.PNG')?.type).toBe('image/png');
  });

  it.each([
    '../secret.svg',
    'pictures/../../secret.svg',
    '..%2fsecret.svg',
    '..%5csecret.svg',
    '..\\secret.svg',
    'pictures/a.svg\0.png',
    'pictures//a.svg',
    './pictures/a.svg',
    '/etc/passwd',
    '/pictures/a.svg',
    'checks.yaml',
    'lesson.md',
    '.hidden.svg',
    'pictures',
    'folder.svg',
    'missing.svg',
    'link.svg',
    'inside/secret.svg',
    '',
    'CON.svg/../a.svg',
  ])('%j is none', (path) => {
    using outside = new TemporaryFolder().write({
      'secret.svg': 'secret',
      'lesson/checks.yaml': '',
      'lesson/pictures/a.svg': '',
    });
    const folder = outside.join('lesson');
    symlinkSync(outside.join('secret.svg'), outside.join('lesson', 'link.svg'));
    symlinkSync(outside.path, outside.join('lesson', 'inside'));
    outside.write({ 'lesson/folder.svg/x': '' });
    expect(resolveAsset({ folder }, path)).toBeUndefined();
  });

  it('may be linked inside the folder', () => {
    using folder = lessonFolder({ 'pictures/a.svg': '' });
    symlinkSync(folder.join('pictures', 'a.svg'), folder.join('b.svg'));
    expect(resolveAsset({ folder: folder.path }, 'b.svg')?.path).toMatch(/pictures\/a\.svg$/);
  });
});

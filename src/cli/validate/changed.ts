import { basename, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { Failure, usage } from '../failure.ts';

export interface ChangedLessons {
  /** Ids; null where what changed may concern every lesson. */
  readonly ids: ReadonlySet<string> | null;
  /** What they are compared with, in words: "9f2c1ab, where this branch left origin/main". */
  readonly since: string;
  /** Where all lessons are concerned: the first file that is why. */
  readonly because?: string;
}

export interface ChangedOptions {
  /** The folder of the lessons. */
  readonly lessons: string;
  /** A branch, tag or commit; found out when absent. */
  readonly base?: string;
  /** Folder of the running program, whose sources lessons depend on where they are in the same checkout. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The lessons that a pull request touches: whatever differs from where its branch left the base, committed or not.
 * @throws Failure outside of a git checkout, and where the two have no commit in common
 */
export async function changedLessons(options: ChangedOptions): Promise<ChangedLessons> {
  const folder = resolve(options.lessons);
  const git = (...args: string[]) => runGit(folder, args);
  const top = await git('rev-parse', '--show-toplevel');
  if (top === undefined) {
    throw usage(
      `${options.lessons} is not in a git checkout, so nobody knows what has changed.`,
      'Leave --changed out.',
    );
  }
  const base = options.base ?? (await usualBase(git, options.env));
  const fork = await git('merge-base', 'HEAD', base);
  if (fork === undefined) throw await noFork(git, base);
  const differing = await git('diff', '--name-only', '--no-renames', '-z', fork);
  const unknown = await git('ls-files', '--others', '--exclude-standard', '--full-name', '-z', ':/');
  const files = `${differing ?? ''}\0${unknown ?? ''}`.split('\0').filter((file) => file !== '');
  const since = `${fork.slice(0, 7)}, where this branch left ${base}`;
  const root = relative(top, folder).replaceAll('\\', '/');
  const own = relative(top, resolve(options.program)).replaceAll('\\', '/') === 'dist';
  const because = files.find((file) => concernsAll(file, own));
  if (because !== undefined) return { ids: null, since, because };
  const below = root === '' ? files : files.filter((file) => file.startsWith(`${root}/`));
  const ids = below
    .map((file) => file.slice(root === '' ? 0 : root.length + 1))
    .filter((file) => file.includes('/'))
    .map((file) => file.split('/')[0]!);
  return { ids: new Set(ids), since };
}

/** Of folders of lessons, those that have changed. */
export function onlyChanged(folders: readonly string[], { ids }: ChangedLessons): readonly string[] {
  return ids === null ? folders : folders.filter((folder) => ids.has(basename(folder)));
}

/**
 * What lessons depend on besides their own folders: the version of Ordinal that rehearses them, which a package's
 * files or a workflow name, and, in Ordinal's own checkout, its sources; what only the page or the server is made of
 * has no part in a rehearsal.
 */
function concernsAll(file: string, own: boolean): boolean {
  if (/^(package(-lock)?\.json|\.github\/workflows\/.+)$/.test(file)) return true;
  return own && /^(src\/(?!web\/|server\/|protocol\/)|scripts\/(build\.mjs|schemas\/|generate-schemas))/.test(file);
}

/** GitHub says what a pull request is to be merged into; elsewhere it is the remote's default branch. */
async function usualBase(git: Git, env: ChangedOptions['env']): Promise<string> {
  const target = env.GITHUB_BASE_REF;
  const candidates = [
    ...(target ? [`origin/${target}`] : []),
    'origin/HEAD',
    'origin/main',
    'origin/master',
    'main',
    'master',
  ];
  for (const candidate of candidates) {
    if ((await git('rev-parse', '--verify', '--quiet', `${candidate}^{commit}`)) === undefined) continue;
    return candidate === 'origin/HEAD' ? ((await git('rev-parse', '--abbrev-ref', candidate)) ?? candidate) : candidate;
  }
  throw usage(
    'What to compare with is not known: there is no branch main or master, here or on origin.',
    'Name a branch or a commit: --changed=BASE',
  );
}

async function noFork(git: Git, base: string): Promise<Failure> {
  const exists = await git('rev-parse', '--verify', '--quiet', `${base}^{commit}`);
  const shallow = (await git('rev-parse', '--is-shallow-repository')) === 'true';
  if (shallow) {
    return usage(
      `This checkout is shallow, so it does not have the commit at which the branch left ${base}.`,
      'Run git fetch --unshallow; with actions/checkout, set fetch-depth: 0',
    );
  }
  return exists === undefined
    ? usage(`git knows no branch or commit "${base}".`, 'Name one that it has: --changed=BASE')
    : usage(`This branch and ${base} have no commit in common.`, 'Name another base: --changed=BASE');
}

type Git = (...args: string[]) => Promise<string | undefined>;

/** What git prints, without its last line's end; undefined where it ends with an error. */
async function runGit(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const { failed, stdout, code } = await execa('git', args, { cwd, reject: false, stdin: 'ignore' });
  if (code === 'ENOENT') throw new Failure('There is no git on PATH.', 'Install it, or leave --changed out.', 2);
  return failed ? undefined : stdout;
}

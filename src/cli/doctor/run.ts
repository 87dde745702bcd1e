import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { ProviderError } from '../../clusters/provider.ts';
import { locate } from '../../terminal/shell.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import { ownerOf } from '../data-folder.ts';
import { Failure } from '../failure.ts';
import { kubectlFor } from '../kubectl.ts';
import { defaultDataFolder, distFolder } from '../paths.ts';
import { createProvider } from '../providers.ts';
import { version } from '../version.ts';

/** One thing looked at. `remedy` says what helps where it is not well. */
interface Finding {
  readonly what: string;
  readonly well: boolean;
  readonly saw: string;
  readonly remedy?: string;
}

const enoughSpace = 200 * 1024 * 1024;
const enoughMemory = 300 * 1024 * 1024;

/** Looks at everything, whatever is wrong, and fails at the end where something is. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const folder = options.data ?? defaultDataFolder(process.env, process.platform);
  console.log(`Ordinal ${version}`);
  let ill = 0;
  for (const look of [node, () => data(folder), memory, web, terminal, () => kubectl(options), curl, cluster]) {
    const { what, well, saw, remedy } = await look();
    console.log(`${well ? 'ok      ' : 'PROBLEM '} ${what.padEnd(12)} ${saw}`);
    if (well) continue;
    ill++;
    if (remedy) console.log(`                       ${remedy}`);
  }
  if (ill)
    throw new Failure(ill === 1 ? 'One thing is not well.' : `${ill} things are not well.`, 'Each says what helps.');
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const well = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node.js',
    well,
    saw: `${process.version} (${process.platform} ${process.arch})`,
    remedy: 'Install version 20.19 or later.',
  };
}

function data(folder: string): Finding {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const owner = ownerOf(folder);
  const used = owner ? `, in use by process ${owner.pid} (${owner.what})` : '';
  const unfit = (saw: string) => ({ what: 'data folder', well: false, saw, remedy: 'Use one of yours: --data FOLDER' });
  if (!statSync(existing).isDirectory()) return unfit(`${folder} cannot be made: ${existing} is not a folder`);
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return unfit(`${folder} cannot be written`);
  }
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  return {
    what: 'data folder',
    well: free > enoughSpace,
    saw: `${folder}, ${megabytes(free)} free${used}`,
    remedy: 'Make room, or keep the data elsewhere: --data FOLDER',
  };
}

function memory(): Finding {
  return {
    what: 'memory',
    well: freemem() > enoughMemory,
    saw: `${megabytes(freemem())} free`,
    remedy: 'Close other programs: Ordinal needs about 200 MB.',
  };
}

function web(): Finding {
  const built = existsSync(join(distFolder, 'web', 'index.html'));
  return { what: 'web', well: built, saw: built ? 'built' : `not in ${distFolder}`, remedy: 'Build it: npm run build' };
}

async function terminal(): Promise<Finding> {
  const { loadNodePty } = await import('../../terminal/node-pty.ts');
  const shell = process.env.SHELL ?? (process.platform === 'win32' ? 'powershell' : 'sh');
  try {
    await loadNodePty();
    return { what: 'terminal', well: true, saw: shell };
  } catch (error) {
    return {
      what: 'terminal',
      well: false,
      saw: `no terminals on ${process.platform} ${process.arch}: ${(error as Error).message}`,
      remedy: 'Install again with optional packages: npm ci --include=optional',
    };
  }
}

async function kubectl({ offline }: DoctorOptions): Promise<Finding> {
  try {
    const found = await kubectlFor('1.33', {
      signal: AbortSignal.timeout(120_000),
      progress: (message) => console.error(message),
      ...(offline && { offline }),
    });
    return { what: 'kubectl', well: true, saw: `${found.version}, ${found.path}` };
  } catch (error) {
    const { message, remedy } = error as ProviderError;
    return { what: 'kubectl', well: false, saw: message, ...(error instanceof ProviderError && { remedy }) };
  }
}

/** Lessons type it: systems have it, but for the smallest ones. */
function curl(): Finding {
  const found = locate(process.platform === 'win32' ? 'curl.exe' : 'curl', process.env.PATH ?? '');
  const standIn = 'none on PATH: lessons’ terminals have a stand-in that comes along';
  return { what: 'curl', well: true, saw: found ?? standIn };
}

async function cluster(): Promise<Finding> {
  const started = performance.now();
  try {
    const provider = await createProvider('embedded', { speed: 'max' });
    const running = await provider.up({ signal: AbortSignal.timeout(30_000), progress: () => {} });
    const took = Math.round(performance.now() - started);
    await running.stop();
    return { what: 'cluster', well: true, saw: `Kubernetes ${running.version}, started in ${took} ms` };
  } catch (error) {
    return { what: 'cluster', well: false, saw: `does not start: ${(error as Error).message}` };
  }
}

function megabytes(bytes: number): string {
  return bytes > 10 * 1024 ** 3 ? `${Math.round(bytes / 1024 ** 3)} GB` : `${Math.round(bytes / 1024 ** 2)} MB`;
}

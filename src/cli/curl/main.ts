import { hostname, release } from 'node:os';
import { RealClock } from '../../embedded/clock.ts';
import { httpCommands } from '../../embedded/containers/commands/network/curl.ts';
import { MountTable } from '../../embedded/containers/files/mount-table.ts';
import { Descriptors, IoError, type OpenFile } from '../../embedded/containers/process/open-file.ts';
import { Scheduler } from '../../embedded/containers/process/scheduler.ts';
import { System } from '../../embedded/containers/process/system.ts';
import { version } from '../version.ts';
import { HostFiles } from './host-files.ts';
import { HostNetwork } from './host-network.ts';

/**
 * A stand-in for curl in the terminals of systems that have none: the simulated containers' own, on this machine's
 * files and network. It knows the options that lessons and their readers use, and says whose it is.
 */

/** Standard input. Only what reads it waits for it. */
function input(): OpenFile {
  let parts: AsyncIterator<Buffer> | undefined;
  const read = async () => {
    parts ??= process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const { value, done } = await parts.next();
    return done ? undefined : value;
  };
  return { name: 'stdin', read, close: () => void (parts && process.stdin.destroy()) };
}

function output(name: string, stream: NodeJS.WriteStream): OpenFile {
  // Told by the write that it concerns.
  stream.on('error', () => {});
  const write = (data: Uint8Array) =>
    new Promise<void>((resolve, reject) =>
      stream.write(data, (error) => (error ? reject(new IoError('EPIPE', error.message)) : resolve())),
    );
  return { name, write, close: () => {} };
}

const argv = ['curl', ...process.argv.slice(2)];
if (argv.some((word) => word === '--version' || word === '-V')) {
  console.log(`curl: a stand-in that comes with Ordinal ${version}, as this system has none; http and https`);
} else {
  const descriptors = new Descriptors();
  descriptors.open(0, input());
  descriptors.open(1, output('stdout', process.stdout));
  descriptors.open(2, output('stderr', process.stderr));
  const system = new System({
    clock: new RealClock(),
    scheduler: new Scheduler(),
    network: new HostNetwork(),
    hostname: hostname(),
    files: new MountTable([{ path: '/', files: new HostFiles(), root: '/', readOnly: false }]),
    programs: { load: () => Promise.reject(new IoError('ENOEXEC', 'Exec format error')) },
    mounts: [],
    groups: process.getgroups?.() ?? [],
    random: Math.random,
    kernel: release(),
    node: hostname(),
  });
  const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const options = { argv, program: httpCommands.curl!, env: {}, cwd: process.cwd(), descriptors };
  process.exitCode = (await system.start(options, user).exited).code;
}

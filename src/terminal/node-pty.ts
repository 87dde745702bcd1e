import { execFile } from 'node:child_process';
import type { SpawnPty } from './pty.ts';

/** Milliseconds between asking a shell to end and ending it. */
const grace = 2000;

/** Loads the native part, which is why this is a promise: a server that only rehearses never needs it. */
export async function loadNodePty(): Promise<SpawnPty> {
  const { spawn } = await import('@lydell/node-pty');
  return ({ file, args, env, cwd, columns, rows, onData, onExit }) => {
    const pty = spawn(file, [...args], { name: 'xterm-256color', cols: columns, rows, cwd, env, encoding: 'utf8' });
    let ended = false;
    pty.onData(onData);
    pty.onExit(({ exitCode, signal }) => {
      ended = true;
      onExit(signal ? 128 + signal : exitCode);
    });
    return {
      pid: pty.pid,
      write: (data) => {
        if (!ended) pty.write(data);
      },
      resize: (newColumns, newRows) => {
        if (!ended) pty.resize(newColumns, newRows);
      },
      pause: () => pty.pause(),
      resume: () => pty.resume(),
      kill: () => {
        if (ended) return;
        pty.resume();
        pty.kill();
        setTimeout(() => {
          if (!ended && process.platform !== 'win32') signalGroup(pty.pid);
        }, grace).unref();
      },
      rawInput: () => rawInput((pty as { ptsName?: string; _pty?: string })._pty),
    };
  };
}

function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** Asks stty, because node-pty does not tell the terminal's modes. */
function rawInput(device: string | undefined): Promise<boolean | undefined> {
  if (!device || process.platform === 'win32') return Promise.resolve(undefined);
  const flag = process.platform === 'linux' ? '-F' : '-f';
  return new Promise((resolve) => {
    execFile('stty', [flag, device, '-a'], { timeout: 2000 }, (error, stdout) => {
      resolve(error ? undefined : /(^|\s)-icanon\b/.test(stdout));
    });
  });
}

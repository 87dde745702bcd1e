/** Linux's signal numbers, by the names scripts use. */
export const signalNumbers = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const;

export type SignalName = keyof typeof signalNumbers;

const byNumber = new Map<number, SignalName>(
  Object.entries(signalNumbers).map(([name, number]) => [number, name as SignalName]),
);

/** "TERM", "sigterm", "SIGTERM" or "15"; undefined for anything else. */
export function parseSignal(text: string): SignalName | undefined {
  if (/^\d+$/.test(text)) return byNumber.get(Number(text));
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return Object.hasOwn(signalNumbers, name) ? (name as SignalName) : undefined;
}

/** Those whose default action is to do nothing. */
export const ignoredByDefault: ReadonlySet<SignalName> = new Set<SignalName>([
  'SIGCHLD',
  'SIGCONT',
  'SIGURG',
  'SIGWINCH',
]);

/** Those whose default action is to stop. */
export const stopsByDefault: ReadonlySet<SignalName> = new Set<SignalName>([
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
]);

/** What bash says of a process that a signal ended. */
export const signalDescriptions: Partial<Record<SignalName, string>> = {
  SIGHUP: 'Hangup',
  SIGQUIT: 'Quit',
  SIGKILL: 'Killed',
  SIGTERM: 'Terminated',
  SIGSEGV: 'Segmentation fault',
  SIGABRT: 'Aborted',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGALRM: 'Alarm clock',
};

/** How a shell's execution leaves the place it is at. */
export class LoopControl extends Error {
  constructor(
    readonly kind: 'break' | 'continue',
    public levels: number,
  ) {
    super(kind);
  }
}

export class Return extends Error {
  constructor(readonly code: number) {
    super('return');
  }
}

export class Exit extends Error {
  constructor(readonly code: number) {
    super('exit');
  }
}

/** An error of the shell itself. `fatal`: a script ends with it; otherwise only the command fails. */
export class ShellError extends Error {
  constructor(
    message: string,
    readonly code = 1,
    readonly fatal = false,
  ) {
    super(message);
  }
}

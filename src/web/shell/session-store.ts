import type { ClientMessage, ServerMessage } from '../../protocol/live.ts';
import { addNotice, dismissNotice, emptySession, reduceSession, type SessionState } from '../model/session-state.ts';
import { probe } from '../net/api.ts';
import { browserSurroundings, type Connection, ReconnectingSocket } from '../net/reconnecting-socket.ts';

/** A learner's session with one lesson: the live connection and what it has told. app-shell owns the one there is. */
export class SessionStore {
  #state: SessionState;
  #connection: Connection = { state: 'connecting' };
  readonly #socket: ReconnectingSocket;
  /** Commands for a terminal that is being opened. */
  #queued: {
    readonly position: number;
    readonly step: string;
    readonly command: string;
    readonly elsewhere: boolean;
  }[] = [];

  constructor(
    lesson: string,
    /** Called after every change with the state before it. */
    private readonly changed: (before: SessionState, message: ServerMessage | undefined) => void,
  ) {
    this.#state = emptySession(lesson);
    this.#socket = new ReconnectingSocket(
      `/api/live/${encodeURIComponent(lesson)}`,
      {
        onText: (text) => this.#receive(JSON.parse(text) as ServerMessage),
        onConnection: (connection) => {
          this.#connection = connection;
          this.changed(this.#state, undefined);
        },
      },
      browserSurroundings(probe),
    );
  }

  get state(): SessionState {
    return this.#state;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Says so where it cannot be sent: a click that does nothing would look like a broken lesson. */
  send(message: ClientMessage): void {
    if (this.#socket.send(JSON.stringify(message)) || message.type === 'step') return;
    this.notice('warning', 'Not connected to the server right now. Try again when the connection is back.');
  }

  /**
   * `position` counts terminals from 1; one that is not there is opened first.
   * @param elsewhere whether another terminal will do where something runs in this one
   */
  run(step: string, command: string, position: number, elsewhere: boolean): void {
    const tab = this.#state.terminals[position - 1];
    if (tab) {
      this.send({ type: 'run', terminal: tab.id, step, command, elsewhere });
      return;
    }
    this.#queued.push({ position, step, command, elsewhere });
    this.send({ type: 'open-terminal' });
  }

  notice(level: 'info' | 'warning' | 'error', text: string): void {
    this.#change(addNotice(this.#state, level, text));
  }

  dismiss(id: number): void {
    this.#change(dismissNotice(this.#state, id));
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: ServerMessage): void {
    this.#change(reduceSession(this.#state, message), message);
    if (message.type !== 'terminals') return;
    const ready = this.#queued.filter(({ position }) => this.#state.terminals[position - 1]);
    this.#queued = this.#queued.filter((entry) => !ready.includes(entry));
    for (const { step, command, position, elsewhere } of ready) this.run(step, command, position, elsewhere);
  }

  #change(state: SessionState, message?: ServerMessage): void {
    const before = this.#state;
    this.#state = state;
    this.changed(before, message);
  }
}

import type { TerminalClientMessage, TerminalServerMessage } from '../../protocol/terminal.ts';
import { probe } from '../net/api.ts';
import { browserSurroundings, type Connection, ReconnectingSocket } from '../net/reconnecting-socket.ts';
import { Acknowledger } from './acknowledge.ts';

export interface TerminalLinkHandlers {
  /** Call `drawn` once the text is on the screen. */
  onOutput(text: string, drawn: () => void): void;
  onMessage(message: TerminalServerMessage): void;
  onConnection(connection: Connection): void;
}

/** A terminal's connection: bytes in, keys out, and the count of what has been drawn. */
export class TerminalLink {
  readonly #socket: ReconnectingSocket;
  #decoder = new TextDecoder();
  readonly #acknowledger = new Acknowledger((characters) => this.#send({ type: 'ack', characters }));
  /** Output drawn late, after the connection it came by was lost, is not counted on the next one. */
  #generation = 0;

  constructor(id: string, handlers: TerminalLinkHandlers) {
    this.#socket = new ReconnectingSocket(
      `/api/terminals/${encodeURIComponent(id)}`,
      {
        onText: (text) => handlers.onMessage(JSON.parse(text) as TerminalServerMessage),
        onBytes: (bytes) => {
          const text = this.#decoder.decode(bytes, { stream: true });
          const generation = this.#generation;
          handlers.onOutput(text, () => {
            if (generation === this.#generation) this.#acknowledger.drawn(text.length);
          });
        },
        onConnection: (connection) => {
          if (connection.state === 'open') {
            this.#generation += 1;
            this.#decoder = new TextDecoder();
            this.#acknowledger.reset();
          }
          handlers.onConnection(connection);
        },
      },
      browserSurroundings(probe),
    );
  }

  /** False when it was lost: nobody wants keys typed into a dead terminal to arrive a minute later. */
  input(data: string): boolean {
    return this.#send({ type: 'input', data });
  }

  resize(columns: number, rows: number): void {
    this.#send({ type: 'resize', columns, rows });
  }

  /** A new shell where the old one has ended. */
  restart(): void {
    this.#send({ type: 'restart' });
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  close(): void {
    this.#socket.close();
  }

  #send(message: TerminalClientMessage): boolean {
    return this.#socket.send(JSON.stringify(message));
  }
}

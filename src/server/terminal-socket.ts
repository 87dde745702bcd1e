import type { WebSocket } from 'ws';
import { type TerminalClientMessage, type TerminalServerMessage, terminalClientMessage } from '../protocol/terminal.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Clock, Connection } from './socket.ts';

/** One browser tab's view of one terminal. */
export function serveTerminal(socket: WebSocket, terminal: Terminal, clock: Clock): void {
  const connection = new Connection<TerminalClientMessage, TerminalServerMessage>(
    socket,
    clock,
    terminalClientMessage,
    {
      message: (message) => {
        switch (message.type) {
          case 'input':
            return attachment.input(message.data);
          case 'resize':
            return attachment.resize(message.columns, message.rows);
          case 'ack':
            return attachment.acknowledge(message.characters);
          case 'restart':
            return terminal.restart();
        }
      },
      closed: () => attachment.detach(),
    },
  );
  const attachment = terminal.attach({
    output: (data) => connection.sendBytes(Buffer.from(data)),
    replay: (data, columns, rows) => connection.send({ type: 'replay', data, columns, rows }),
    resized: (columns, rows) => connection.send({ type: 'size', columns, rows }),
    exited: (code) => connection.send({ type: 'exit', code }),
  });
}

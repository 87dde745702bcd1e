import { z } from 'zod';

/**
 * The WebSocket of a terminal, /api/terminals/ID. Output travels as binary frames (UTF-8 bytes), everything else as
 * JSON text frames.
 */

/** Server to browser. */
export const terminalServerMessage = z.discriminatedUnion('type', [
  /**
   * First after connecting, and again when a browser that fell far behind has caught up with what it was sent: what the
   * screen and its scrollback show, as escape sequences to write into an empty terminal of that size. Output that
   * follows continues from there; a replay itself is not acknowledged.
   */
  z.object({ type: z.literal('replay'), data: z.string(), columns: z.number(), rows: z.number() }),
  /** Another tab changed the size. */
  z.object({ type: z.literal('size'), columns: z.number(), rows: z.number() }),
  /** The shell has ended; a `restart` brings a new one, whose output simply goes on. */
  z.object({ type: z.literal('exit'), code: z.number() }),
]);

/** Browser to server. */
export const terminalClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('input'), data: z.string().max(1_000_000) }),
  z.object({
    type: z.literal('resize'),
    columns: z.number().int().min(2).max(1000),
    rows: z.number().int().min(1).max(1000),
  }),
  /** Characters (UTF-16 code units) of output written to the screen since the last one; the server pauses the PTY when too many are open. */
  z.object({ type: z.literal('ack'), characters: z.number().int().min(0) }),
  /** A new shell after the old one has ended; does nothing while it runs. */
  z.object({ type: z.literal('restart') }),
]);

export type TerminalServerMessage = z.infer<typeof terminalServerMessage>;
export type TerminalClientMessage = z.infer<typeof terminalClientMessage>;

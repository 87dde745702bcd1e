import type { Clock } from './clock.ts';
import { patience, Reader, shouldPause } from './flow.ts';
import type { Screen } from './screen.ts';

/** Somebody who watches a terminal: a browser tab. Calls come in order and never throw. */
export interface TerminalClient {
  /** What the program printed. The client acknowledges its characters (UTF-16 code units) once they are drawn. */
  output(data: string): void;
  /** The whole screen and scrollback, to be written into an empty terminal; first of all, and after falling behind. */
  replay(data: string, columns: number, rows: number): void;
  resized(columns: number, rows: number): void;
  exited(exitCode: number): void;
}

export interface Viewer {
  readonly client: TerminalClient;
  readonly reader: Reader;
  /** Output since the replay was asked for, while the screen still draws what came before. */
  waiting: string[] | undefined;
}

/** What an audience can do about a program that prints faster than it can be drawn. */
export interface Tap {
  pause(): void;
  resume(): void;
}

/** The screen on the server and the browsers that watch it: each gets everything once, at a pace all can follow. */
export class Audience {
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #tap: () => Tap | undefined;
  readonly #screenReader = new Reader();
  readonly #viewers = new Set<Viewer>();
  #paused = false;
  #patience: { cancel(): void } | undefined;

  /** @param tap the program that prints just now, if one does */
  constructor(screen: Screen, clock: Clock, tap: () => Tap | undefined) {
    this.#screen = screen;
    this.#clock = clock;
    this.#tap = tap;
  }

  /** @param exited the exit code, asked for once the screen is painted, where the program has ended */
  join(client: TerminalClient, exited: () => number | undefined): Viewer {
    const viewer: Viewer = { client, reader: new Reader(), waiting: [] };
    this.#viewers.add(viewer);
    this.#repaint(viewer, exited);
    return viewer;
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.regulate();
  }

  acknowledge(viewer: Viewer, characters: number): void {
    if (viewer.reader.acknowledged(characters)) this.#repaint(viewer, () => undefined);
    this.regulate();
  }

  /** To the screen and to everybody who keeps up. */
  show(data: string): void {
    if (data === '') return;
    this.#screenReader.sent(data.length);
    this.#screen.write(data, () => {
      this.#screenReader.acknowledged(data.length);
      this.regulate();
    });
    for (const { client, reader, waiting } of this.#viewers) {
      if (reader.lagging) continue;
      reader.sent(data.length);
      if (waiting) waiting.push(data);
      else client.output(data);
    }
  }

  resized(by: Viewer, columns: number, rows: number): void {
    for (const viewer of this.#viewers) if (viewer !== by) viewer.client.resized(columns, rows);
  }

  exited(exitCode: number): void {
    for (const viewer of this.#viewers) if (!viewer.waiting) viewer.client.exited(exitCode);
  }

  /** Pauses the program or lets it go on, as its readers are. Who holds it up for too long is left out for a while. */
  regulate(): void {
    const tap = this.#tap();
    if (!tap) return;
    const readers = [this.#screenReader, ...[...this.#viewers].map((viewer) => viewer.reader)];
    const pause = shouldPause(readers, this.#paused);
    if (pause === this.#paused) return;
    this.#paused = pause;
    this.#patience?.cancel();
    this.#patience = undefined;
    if (!pause) {
      tap.resume();
      return;
    }
    tap.pause();
    this.#patience = this.#clock.schedule(patience, () => {
      for (const { reader } of this.#viewers) if (shouldPause([reader], true)) reader.giveUpOn();
      this.regulate();
    });
  }

  /** A new program begins; it is not paused. */
  restarted(): void {
    this.#paused = false;
    this.regulate();
  }

  dispose(): void {
    this.#patience?.cancel();
    this.#viewers.clear();
  }

  #repaint(viewer: Viewer, exited: () => number | undefined): void {
    viewer.waiting = [];
    this.#screen.write('', () => {
      if (!this.#viewers.has(viewer)) return;
      viewer.client.replay(this.#screen.serialize(), this.#screen.columns, this.#screen.rows);
      const waiting = viewer.waiting ?? [];
      viewer.waiting = undefined;
      for (const data of waiting) viewer.client.output(data);
      const exitCode = exited();
      if (exitCode !== undefined) viewer.client.exited(exitCode);
    });
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../../src/protocol/live.ts';
import { Api } from './api.ts';
import { type Figure, median, percentile } from './figures.ts';
import { Program } from './program.ts';

/**
 * From the request that changes an object until the browser's WebSocket says that the task is passed, through a whole
 * `learn` server. A task passes once, so the lesson has one for each change.
 */
export async function tick(changes: number): Promise<Figure[]> {
  const lessons = mkdtempSync(join(tmpdir(), 'ordinal-bench-lessons-'));
  writeLesson(join(lessons, '01-ticks'), changes);
  const learn = await Program.start(
    (folder) => ['learn', '--no-open', '--port', '0', '--data', join(folder, 'data'), '--lessons', lessons],
    /Open (http:\S+)/,
  );
  try {
    const link = new URL(learn.line[1]!);
    const signedIn = await fetch(link, { redirect: 'manual' });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const socket = new WebSocket(`ws://${link.host}/api/live/01-ticks`, { headers: { cookie, origin: link.origin } });
    const messages = new Messages(socket);
    const { namespace } = await messages.until((message) => message.type === 'session' && message);
    await messages.until((message) => message.type === 'cluster' && message.state === 'ready');
    // The first objects message tells that the session watches.
    await messages.until((message) => message.type === 'objects');
    const api = new Api(join(learn.folder, 'data', 'cluster', 'kubeconfig'));
    const took: number[] = [];
    for (let index = 0; index < changes; index++) {
      const passed = messages.until(
        (message) =>
          message.type === 'task' && message.task.task === `made-${index}` && message.task.state === 'passed',
      );
      const started = performance.now();
      await api.send('POST', `/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: `tick-${index}` } });
      await passed;
      took.push(performance.now() - started);
      await pause(100); // A learner does one thing at a time, too.
    }
    api.close();
    socket.terminate();
    return [
      { what: 'change to tick, p50', value: median(took), unit: 'ms' },
      { what: 'change to tick, p95', value: percentile(took, 0.95), unit: 'ms' },
    ];
  } finally {
    await learn.stop();
    rmSync(lessons, { recursive: true, force: true });
  }
}

/** What the server sent and sends. */
class Messages {
  readonly #all: ServerMessage[] = [];
  readonly #waiting = new Set<(message: ServerMessage) => void>();
  readonly #lost: Promise<never>;

  constructor(socket: WebSocket) {
    this.#lost = new Promise((_, reject) => {
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`the live connection ended with ${code}`)));
    });
    this.#lost.catch(() => {});
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      this.#all.push(message);
      for (const look of this.#waiting) look(message);
    });
  }

  until<T>(found: (message: ServerMessage) => T | false): Promise<T> {
    const value = new Promise<T>((resolve) => {
      const look = (message: ServerMessage) => {
        const match = found(message);
        if (match === false) return;
        this.#waiting.delete(look);
        resolve(match);
      };
      this.#waiting.add(look);
      for (const message of this.#all) look(message);
    });
    return Promise.race([value, this.#lost]);
  }
}

function writeLesson(folder: string, tasks: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'lesson.md'),
    `---
title: Ticks
summary: One ConfigMap after the other.
minutes: 1
objectives:
  - Measure
---

## Ticks {#ticks}

\`\`\`sh
kubectl create configmap tick-0
\`\`\`
`,
  );
  const task = (index: number) => `
      - id: made-${index}
        title: Make the ConfigMap tick-${index}
        object: configmap/tick-${index}
        assert: object.metadata.name == "tick-${index}"
        expected: A ConfigMap tick-${index}.
        why: It is measured.
        try: Make it.`;
  writeFileSync(
    join(folder, 'checks.yaml'),
    `steps:\n  ticks:\n    tasks:${Array.from({ length: tasks }, (_, index) => task(index)).join('')}\n`,
  );
}

import { describe, expect, it } from 'vitest';
import { reconnectDelay } from '../../../src/web/net/backoff.ts';
import { type Connection, ReconnectingSocket, type SocketLike } from '../../../src/web/net/reconnecting-socket.ts';

class FakeSocket implements SocketLike {
  binaryType: BinaryType = 'blob';
  readyState = 0;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  sent: string[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }
}

/** Surroundings whose time passes by hand. */
function world() {
  const sockets: FakeSocket[] = [];
  const timers = new Set<{ at: number; run: () => void }>();
  const connections: Connection[] = [];
  const texts: string[] = [];
  let now = 0;
  let probed: 'ok' | 'expired' | 'gone' = 'gone';
  const socket = new ReconnectingSocket(
    '/api/live/x',
    { onText: (text) => texts.push(text), onConnection: (connection) => connections.push(connection) },
    {
      connect: () => {
        const made = new FakeSocket();
        sockets.push(made);
        return made;
      },
      probe: async () => probed,
      now: () => now,
      later: (milliseconds, run) => {
        const timer = { at: now + milliseconds, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      random: () => 1,
    },
  );
  return {
    socket,
    sockets,
    connections,
    texts,
    latest: () => sockets.at(-1)!,
    state: () => socket.connection.state,
    open: () => sockets.at(-1)!.onopen?.({} as Event),
    lose: () => sockets.at(-1)!.onclose?.({} as CloseEvent),
    probe: (answer: typeof probed) => {
      probed = answer;
    },
    async pass(milliseconds: number) {
      now += milliseconds;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.run();
      }
      await Promise.resolve();
    },
  };
}

describe('reconnecting', () => {
  it('waits longer each time, up to a limit, and never quite the same', () => {
    const waits = [1, 2, 3, 4, 5, 6, 20].map((attempt) => reconnectDelay(attempt, 1));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
    expect(reconnectDelay(3, 0)).toBe(750);
  });

  it('comes back after a loss, and delivers what arrives then', async () => {
    const net = world();
    net.open();
    net.lose();
    expect(net.state()).toBe('waiting');
    await net.pass(250);
    expect(net.sockets).toHaveLength(2);
    net.open();
    net.latest().onmessage?.({ data: 'hello' } as MessageEvent);
    expect(net.texts).toEqual(['hello']);
    expect(net.state()).toBe('open');
  });

  it('grows the wait while failures follow each other, and begins anew after a stable connection', async () => {
    const net = world();
    const attempts = () => net.connections.flatMap((one) => (one.state === 'waiting' ? one.attempt : []));
    net.lose();
    await net.pass(250);
    net.open();
    net.lose();
    expect(attempts()).toEqual([1, 2]);
    await net.pass(500);
    net.open();
    await net.pass(5000);
    net.lose();
    expect(attempts()).toEqual([1, 2, 1]);
  });

  it('stops when the session has expired, and tries again when asked', async () => {
    const net = world();
    net.probe('expired');
    net.lose();
    await net.pass(0);
    await net.pass(0);
    expect(net.state()).toBe('expired');
    await net.pass(60_000);
    expect(net.sockets).toHaveLength(1);
    net.socket.retryNow();
    expect(net.state()).toBe('connecting');
  });

  it('does not wait when told not to, and connects only once', async () => {
    const net = world();
    net.lose();
    net.socket.retryNow();
    expect(net.sockets).toHaveLength(2);
    await net.pass(10_000);
    expect(net.sockets).toHaveLength(2);
  });

  it('sends nothing into a lost connection', () => {
    const net = world();
    net.open();
    expect(net.socket.send('a')).toBe(true);
    net.lose();
    expect(net.socket.send('b')).toBe(false);
    expect(net.sockets[0]?.sent).toEqual(['a']);
  });

  it('hears nothing of a socket it has left', async () => {
    const net = world();
    net.open();
    const [first] = net.sockets;
    net.socket.close();
    expect(first?.closed).toBe(true);
    expect(first?.onmessage).toBeNull();
    await net.pass(10_000);
    expect(net.sockets).toHaveLength(1);
    expect(net.state()).toBe('closed');
  });
});

import { describe, expect, it } from 'vitest';
import { listensByHabit, ProxyPort } from '../../../src/progress/rehearsal/proxy-port.ts';

describe('the port of a rehearsal’s kubectl proxy', () => {
  it('is chosen by the system where the lesson leaves it to kubectl', () => {
    expect(new ProxyPort().typed('kubectl proxy')).toBe('kubectl proxy --port=0');
    expect(new ProxyPort().typed('kubectl proxy --address=127.0.0.1')).toBe(
      'kubectl proxy --port=0 --address=127.0.0.1',
    );
  });

  it.each(['kubectl proxy --port=9000', 'kubectl proxy -p 9000', 'kubectl get pods', 'echo kubectl proxy'])(
    'is not touched in `%s`',
    (command) => {
      expect(listensByHabit(command)).toBe(false);
      expect(new ProxyPort().typed(command)).toBe(command);
    },
  );

  it('is where the commands after it go', () => {
    const port = new ProxyPort();
    expect(port.typed('curl localhost:8001/version')).toBe('curl localhost:8001/version');
    port.listening('Starting to serve on 127.0.0.1:43210\r\n');
    expect(port.typed('curl localhost:8001/version http://127.0.0.1:8001/ localhost:80011')).toBe(
      'curl localhost:43210/version http://127.0.0.1:43210/ localhost:80011',
    );
  });
});

import type { Container, LifecycleHandler, Pod } from '../../kubernetes/objects.ts';
import { type Clock, sleep } from '../clock.ts';
import type { Container as RunningContainer } from '../containers/runtime.ts';
import { podDescription } from './container/config.ts';
import { runCommand } from './container/run-command.ts';
import { type Dial, get, httpTarget } from './probes/http-request.ts';

/** A lifecycle hook that did not succeed; the text is what a container's waiting state says of a postStart hook. */
export class HookFailed extends Error {}

export interface HookTarget {
  readonly pod: Pod;
  readonly spec: Container;
  readonly container: RunningContainer;
  readonly podAddress: string;
  readonly clock: Clock;
  dial(host: string | undefined): Dial;
}

/** Runs a postStart or preStop hook (pkg/kubelet/lifecycle). @throws HookFailed */
export async function runHook(handler: LifecycleHandler, target: HookTarget, signal: AbortSignal): Promise<void> {
  const { pod, spec, container, podAddress, clock } = target;
  const where = `for Container "${spec.name}" in Pod "${podDescription(pod)}" failed - error:`;
  if (handler.exec) {
    const command = handler.exec.command ?? [];
    const what = `Exec lifecycle hook ([${command.join(' ')}]) ${where}`;
    const { exitCode, output } = await runCommand(container, command, clock, undefined, signal).catch(
      (error: Error) => {
        throw new HookFailed(`${what} ${error.message}, message: ""`);
      },
    );
    if (exitCode === 0) return;
    const error = `command '${command.join(' ')}' exited with ${exitCode}: ${output}`;
    throw new HookFailed(`${what} ${error}, message: ${JSON.stringify(output)}`);
  }
  if (handler.httpGet) {
    const { httpGet } = handler;
    try {
      const asking = httpTarget(httpGet, spec, podAddress, 'lifecycle');
      // Any answer will do; only its absence is a failure.
      await get({ ...asking, dial: target.dial(httpGet.host), clock, signal });
    } catch (error) {
      throw new HookFailed(`HTTP lifecycle hook (${httpGet.path ?? ''}) ${where} ${(error as Error).message}`);
    }
    return;
  }
  if (handler.sleep) {
    await sleep(clock, handler.sleep.seconds * 1000, signal).catch(() => {
      throw new HookFailed(
        `Sleep lifecycle hook (${handler.sleep!.seconds}) ${where} container terminated before sleep hook finished`,
      );
    });
    return;
  }
  throw new HookFailed(`Cannot run handler: invalid handler: ${Object.keys(handler).join(', ')}`);
}

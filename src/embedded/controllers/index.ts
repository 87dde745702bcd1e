import type { Controller } from '../client/client.ts';
import type { ControllerContext } from './shared/context.ts';
import { statefulSetController } from './statefulset/controller.ts';

/** What kube-controller-manager runs, and the scheduler. */
export function standardControllers(context: ControllerContext): readonly Controller[] {
  return [statefulSetController(context)];
}

import type { Controller } from '../../client/client.ts';
import type { ControllerContext } from '../shared/context.ts';
import { nodeLifecycleController } from './controller.ts';
import { podGarbageCollector } from './pod-gc.ts';
import { taintEvictionController } from './taint-eviction.ts';

/** What becomes of nodes that fall silent, and of their Pods. */
export function nodeControllers(context: ControllerContext): readonly Controller[] {
  return [nodeLifecycleController(context), taintEvictionController(context), podGarbageCollector(context)];
}

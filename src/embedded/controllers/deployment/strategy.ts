import { type IntOrString, scaledValue } from '../../../kubernetes/int-or-string.ts';
import type { Deployment } from '../../../kubernetes/objects.ts';
import { replicasOf } from './replica-sets.ts';

/** What a Deployment's spec allows, in numbers of Pods. */

/** For seconds and counts: as good as no limit. */
const unlimited = 2 ** 31 - 1;

export function isRollingUpdate({ spec }: Deployment): boolean {
  return spec.strategy?.type === 'RollingUpdate';
}

export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? resolve(deployment).surge : 0;
}

export function maxUnavailable(deployment: Deployment): number {
  if (!isRollingUpdate(deployment)) return 0;
  return Math.min(resolve(deployment).unavailable, replicasOf(deployment));
}

/** Percentages of surge are rounded up and those of unavailability down; where both come to nothing, one Pod may go. */
function resolve(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge = 0, maxUnavailable = 0 } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge as IntOrString, replicasOf(deployment), true);
  const unavailable = scaledValue(maxUnavailable as IntOrString, replicasOf(deployment), false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** In seconds; undefined where progress is not watched. */
export function progressDeadline({ spec }: Deployment): number | undefined {
  return spec.progressDeadlineSeconds === unlimited ? undefined : spec.progressDeadlineSeconds;
}

/** How many old ReplicaSets are kept; undefined for all of them. */
export function historyLimit({ spec }: Deployment): number | undefined {
  return spec.revisionHistoryLimit === unlimited ? undefined : spec.revisionHistoryLimit;
}

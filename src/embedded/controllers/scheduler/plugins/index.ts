import type { Plugin } from '../framework.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity, nodeName, nodePorts, nodeUnschedulable, taintToleration } from './node.ts';
import { balancedAllocation, imageLocality, nodeResourcesFit } from './resources.ts';
import { podTopologySpread } from './topology-spread.ts';
import { volumeBinding, volumeRestrictions, volumeZone } from './volumes.ts';

/** The default profile, in the order in which its filters are asked: the first objection is the one that is told. */
export const defaultPlugins: readonly Plugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
  balancedAllocation,
  imageLocality,
];

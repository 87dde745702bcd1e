import type { ResourceDefinition } from '../resource.ts';
import { certificatesigningrequest } from './certificatesigningrequest.ts';
import { clusterrole } from './clusterrole.ts';
import { clusterrolebinding } from './clusterrolebinding.ts';
import { controllerrevision } from './controllerrevision.ts';
import { cronjob } from './cronjob.ts';
import { daemonset } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { horizontalpodautoscaler, horizontalpodautoscalerV1 } from './horizontalpodautoscaler.ts';
import { ingress } from './ingress.ts';
import { ingressclass } from './ingressclass.ts';
import { job } from './job.ts';
import { networkpolicy } from './networkpolicy.ts';
import { poddisruptionbudget } from './poddisruptionbudget.ts';
import { replicaset } from './replicaset.ts';
import { role } from './role.ts';
import { rolebinding } from './rolebinding.ts';
import { statefulset } from './statefulset.ts';
import { validatingadmissionpolicy } from './validatingadmissionpolicy.ts';
import { validatingadmissionpolicybinding } from './validatingadmissionpolicybinding.ts';
import { mutatingwebhookconfiguration, validatingwebhookconfiguration } from './webhookconfiguration.ts';

/**
 * Every kind that is served, group by group in the order in which discovery lists the groups, and by name inside a
 * group. CustomResourceDefinitions, APIServices, FlowSchemas and PriorityLevelConfigurations are left out: to keep them
 * without doing what they ask for would look like a cluster that does.
 */
export const definitions: readonly ResourceDefinition[] = [
  controllerrevision,
  daemonset,
  deployment,
  replicaset,
  statefulset,

  horizontalpodautoscaler,
  horizontalpodautoscalerV1,

  cronjob,
  job,

  certificatesigningrequest,

  ingressclass,
  ingress,
  networkpolicy,

  poddisruptionbudget,

  clusterrolebinding,
  clusterrole,
  rolebinding,
  role,

  mutatingwebhookconfiguration,
  validatingadmissionpolicy,
  validatingadmissionpolicybinding,
  validatingwebhookconfiguration,
];

import type { ResourceDefinition } from '../resource.ts';
import { binding } from './binding.ts';
import { certificatesigningrequest } from './certificatesigningrequest.ts';
import { clusterrole } from './clusterrole.ts';
import { clusterrolebinding } from './clusterrolebinding.ts';
import { componentstatus } from './componentstatus.ts';
import { configmap } from './configmap.ts';
import { controllerrevision } from './controllerrevision.ts';
import { cronjob } from './cronjob.ts';
import { csidriver } from './csidriver.ts';
import { csinode } from './csinode.ts';
import { csistoragecapacity } from './csistoragecapacity.ts';
import { daemonset } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { endpointslice } from './endpointslice.ts';
import { event, eventsEvent } from './event.ts';
import { horizontalpodautoscaler, horizontalpodautoscalerV1 } from './horizontalpodautoscaler.ts';
import { ingress } from './ingress.ts';
import { ingressclass } from './ingressclass.ts';
import { ipaddress } from './ipaddress.ts';
import { job } from './job.ts';
import { lease } from './lease.ts';
import { limitrange } from './limitrange.ts';
import { namespace } from './namespace.ts';
import { networkpolicy } from './networkpolicy.ts';
import { node } from './node.ts';
import { persistentvolume } from './persistentvolume.ts';
import { persistentvolumeclaim } from './persistentvolumeclaim.ts';
import { pod } from './pod.ts';
import { poddisruptionbudget } from './poddisruptionbudget.ts';
import { podtemplate } from './podtemplate.ts';
import { priorityclass } from './priorityclass.ts';
import { replicaset } from './replicaset.ts';
import { replicationcontroller } from './replicationcontroller.ts';
import { resourcequota } from './resourcequota.ts';
import { role } from './role.ts';
import { rolebinding } from './rolebinding.ts';
import { runtimeclass } from './runtimeclass.ts';
import { secret } from './secret.ts';
import { service } from './service.ts';
import { serviceaccount } from './serviceaccount.ts';
import { servicecidr } from './servicecidr.ts';
import { statefulset } from './statefulset.ts';
import { storageclass } from './storageclass.ts';
import { validatingadmissionpolicy } from './validatingadmissionpolicy.ts';
import { validatingadmissionpolicybinding } from './validatingadmissionpolicybinding.ts';
import { volumeattachment } from './volumeattachment.ts';
import { mutatingwebhookconfiguration, validatingwebhookconfiguration } from './webhookconfiguration.ts';

/**
 * Every kind that is served, group by group in the order in which discovery lists the groups, and by name inside a
 * group. CustomResourceDefinitions, APIServices, FlowSchemas and PriorityLevelConfigurations are left out: to keep them
 * without doing what they ask for would look like a cluster that does.
 */
export const definitions: readonly ResourceDefinition[] = [
  binding,
  componentstatus,
  configmap,
  endpoints,
  event,
  limitrange,
  namespace,
  node,
  persistentvolumeclaim,
  persistentvolume,
  pod,
  podtemplate,
  replicationcontroller,
  resourcequota,
  secret,
  serviceaccount,
  service,

  controllerrevision,
  daemonset,
  deployment,
  replicaset,
  statefulset,

  eventsEvent,

  horizontalpodautoscaler,
  horizontalpodautoscalerV1,

  cronjob,
  job,

  certificatesigningrequest,

  ingressclass,
  ingress,
  ipaddress,
  networkpolicy,
  servicecidr,

  poddisruptionbudget,

  clusterrolebinding,
  clusterrole,
  rolebinding,
  role,

  csidriver,
  csinode,
  csistoragecapacity,
  storageclass,
  volumeattachment,

  mutatingwebhookconfiguration,
  validatingadmissionpolicy,
  validatingadmissionpolicybinding,
  validatingwebhookconfiguration,

  priorityclass,

  lease,

  runtimeclass,

  endpointslice,
];

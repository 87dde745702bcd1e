import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Lesson } from '../../src/lessons/lesson.ts';
import { loadLesson } from '../../src/lessons/load.ts';
import { tools } from './lesson-tools.ts';

/**
 * What people get wrong about stateful workloads, and the step that puts it right: by something to do, a prediction or
 * a box. A step that is renamed or rewritten has to go on doing so, or another one has to.
 */
const places: readonly (readonly [belief: string, step: string, says: RegExp])[] = [
  ['a Deployment with a ReadWriteOnce claim scales', '02-why-not-a-deployment#shared', /Multi-Attach/],
  ['ReadWriteOnce means one Pod', '02-why-not-a-deployment#shared', /ReadWriteOncePod/],
  ['replicas share data', '09-leader-and-followers#read', /two volumes/],
  ['ordinal 0 is the master, and Kubernetes knows', '09-leader-and-followers#leaderless', /ordinals and no roles/],
  ["a Pod's address is stable", '03-pets-and-cattle#pets', /what-stays/],
  ['the ordinal must be parsed from the host name', '03-pets-and-cattle#ordinal', /pod-index/],
  ['ordinals start at 0', '08-order#ordinals', /spec\.ordinals\.start/],
  ['any legal name works', '03-pets-and-cattle#name', /52/],
  ['serviceName creates the Service', '09-leader-and-followers#run', /neither makes its Service/],
  ["the Service's selector is cosmetic", '14-exam#rex', /selector of a Service/],
  ['a Service can be patched to be headless', '04-headless-services#port', /may not change once set/],
  ['a headless Service maps port to targetPort', '04-headless-services#port', /refused/],
  ['the record exists once the Pod exists', '04-headless-services#ready', /not-ready/],
  ['web-0 resolves by itself', '04-headless-services#names', /another namespace/],
  ['SRV needs no port name', '04-headless-services#srv', /unnamed/],
  ['any headless Service yields names of Pods', '05-finding-peers#second', /dashed/],
  ['SRV lists every peer at boot', '05-finding-peers#waiting', /not even itself is\s+ready/],
  ['a Pod can move anywhere', '13-at-most-one#out', /PersistentVolume's node affinity/],
  ['a Pending claim is broken', '06-storage#waiting', /Waiting for first consumer/],
  ['any claim can be resized', '06-storage#waiting', /ALLOWVOLUMEEXPANSION/],
  ['deleting a claim is immediate', '06-storage#protected', /pvc-protection/],
  ['deleting a namespace spares the data', '06-storage#protected', /Deleting a namespace/],
  ['claim templates can be edited', '06-storage#class', /cannot be changed/],
  ['scaling down frees disks', '07-scaling-and-claims#down', /`Bound`/],
  ['scaling back up gives a fresh replica', '07-scaling-and-claims#up', /memories/],
  ["whenScaled: Delete acts on a Pod's deletion", '07-scaling-and-claims#when-scaled', /deleted-pod/],
  ['scaling down ignores broken Pods', '08-order#below', /which-go/],
  ["the manifest's replicas and kubectl scale coexist", '07-scaling-and-claims#adopt', /how-many/],
  ['ready should mean "has found the others"', '08-order#deadlock', /can\s+never succeed/],
  ['deleting a StatefulSet is ordered', '08-order#away', /deletion/],
  ['Parallel also updates all at once', '08-order#update', /update-order/],
  ['reverting a bad image heals', '12-updating#back', /heals/],
  ["rollout commands match a Deployment's", '12-updating#release', /pausing is not supported/],
  ['a deleted Pod below the partition is updated', '12-updating#canary', /below/],
  ['OnDelete rolls out', '12-updating#on-delete', /by-itself/],
  ['editing a ConfigMap rolls the Pods', '12-updating#order', /ConfigMap/],
  ["a dead node's Pod is replaced in five minutes", '13-at-most-one#lost', /replaced/],
  ['--force is just stronger', '13-at-most-one#split', /does not stop anything/],
  ['a disruption budget guards against the loss of a node', '13-at-most-one#drain', /neither does a power failure/],
  ['a drain always finishes', '13-at-most-one#drain', /Cannot evict pod/],
  ['installing a database anew resets its password', '11-mysql#password', /Access denied/],
  ['the headless name reaches the primary', '09-leader-and-followers#write', /statefulset\.kubernetes\.io\/pod-name/],
];

const loaded = new Map<string, Lesson | undefined>();
/** Each lesson is compiled once. */
function load(id: string): Lesson | undefined {
  if (!loaded.has(id)) loaded.set(id, loadLesson(resolve(import.meta.dirname, '../../lessons', id), tools).lesson);
  return loaded.get(id);
}

describe('what people get wrong', () => {
  it.each(places)('%s: %s', (_, place, says) => {
    const [id = '', step] = place.split('#');
    expect(load(id)?.steps.find((each) => each.id === step)?.markdown).toMatch(says);
  });
});

/** What an object's own fields, and those of the objects around it, say about it: the cluster's words before ours. */
export interface Sight {
  /** "StatefulSet kubia: 1 of 2 replicas ready; Pod kubia-1 is Pending: 0/3 nodes are available". No full stop. */
  readonly text: string;
  /** Something is wrong that waiting does not mend. */
  readonly trouble: boolean;
}

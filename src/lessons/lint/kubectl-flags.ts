/**
 * kubectl's commands and their flags, as `kubectl COMMAND --help` of 1.33 lists them. After a flag, `/x` is its short
 * form, `=` says that it takes a value, `?` that it may have one (then always after an equals sign).
 */

const groups: Readonly<Record<string, string>> = {
  print: 'allow-missing-template-keys output/o= show-managed-fields template=',
  files: 'filename/f= kustomize/k= recursive/R',
  write: 'dry-run? field-manager=',
  make: 'dry-run? field-manager= save-config validate?',
  global:
    'as= as-group= as-uid= cache-dir= certificate-authority= client-certificate= client-key= cluster= context= ' +
    'disable-compression help/h insecure-skip-tls-verify kubeconfig= log-flush-frequency= match-server-version ' +
    'namespace/n= password= profile= profile-output= request-timeout= server/s= tls-server-name= token= user= ' +
    'username= v/v= vmodule= warnings-as-errors',
};

const table = `
annotate: print files write all all-namespaces/A field-selector= list local overwrite resource-version= selector/l=
api-resources: api-group= cached categories= namespaced no-headers output/o= sort-by= verbs=
api-versions:
apply: print files write all cascade? force force-conflicts grace-period= openapi-patch overwrite prune prune-allowlist= selector/l= server-side subresource= timeout= validate? wait
apply edit-last-applied: print files field-manager= validate? windows-line-endings
apply set-last-applied: print dry-run? create-annotation filename/f=
apply view-last-applied: files all output/o= selector/l=
attach: container/c= pod-running-timeout= quiet/q stdin/i tty/t
auth can-i: all-namespaces/A list no-headers quiet/q subresource=
auth reconcile: print files dry-run? remove-extra-permissions remove-extra-subjects
auth whoami: print
autoscale: print files make cpu-percent= max= min= name=
certificate approve: print files force
certificate deny: print files force
cluster-info:
cluster-info dump: print all-namespaces/A namespaces= output-directory= pod-running-timeout=
completion:
config: *
cordon: dry-run? selector/l=
cp: container/c= no-preserve retries=
create: print files make edit raw= selector/l= windows-line-endings
create clusterrole: print make aggregation-rule= non-resource-url= resource= resource-name= verb=
create clusterrolebinding: print make clusterrole= group= serviceaccount= user=
create configmap: print make append-hash from-env-file= from-file= from-literal=
create cronjob: print make image= restart= schedule=
create deployment: print make image= port= replicas/r=
create ingress: print make annotation= class= default-backend= rule=
create job: print make from= image=
create namespace: print make
create poddisruptionbudget: print make max-unavailable= min-available= selector=
create priorityclass: print make description= global-default preemption-policy= value=
create quota: print make hard= scopes=
create role: print make resource= resource-name= verb=
create rolebinding: print make clusterrole= group= role= serviceaccount= user=
create secret docker-registry: print make append-hash docker-email= docker-password= docker-server= docker-username= from-file=
create secret generic: print make append-hash from-env-file= from-file= from-literal= type=
create secret tls: print make append-hash cert= key=
create service clusterip: print make clusterip= tcp=
create service externalname: print make external-name= tcp=
create service loadbalancer: print make tcp=
create service nodeport: print make node-port= tcp=
create serviceaccount: print make
create token: print audience= bound-object-kind= bound-object-name= bound-object-uid= duration=
debug: arguments-only attach container/c= copy-to= custom= env= filename/f= image= image-pull-policy= keep-annotations keep-init-containers keep-labels keep-liveness keep-readiness keep-startup profile= quiet/q replace same-node set-image= share-processes stdin/i target= tty/t
delete: files all all-namespaces/A cascade? dry-run? field-selector= force grace-period= ignore-not-found interactive/i now output/o= raw= selector/l= timeout= wait
describe: files all-namespaces/A chunk-size= selector/l= show-events
diff: files concurrency= field-manager= force-conflicts prune prune-allowlist= selector/l= server-side show-managed-fields
drain: chunk-size= delete-emptydir-data disable-eviction dry-run? force grace-period= ignore-daemonsets pod-selector= selector/l= skip-wait-for-delete-timeout= timeout=
edit: print files field-manager= output-patch save-config subresource= validate? windows-line-endings
events: print all-namespaces/A chunk-size= for= no-headers types= watch/w
exec: container/c= filename/f= pod-running-timeout= quiet/q stdin/i tty/t
explain: api-version= output/o= recursive
expose: print files make cluster-ip= external-ip= labels/l= load-balancer-ip= name= override-type= overrides= port= protocol= selector= session-affinity= target-port= type=
get: print files all-namespaces/A chunk-size= field-selector= ignore-not-found label-columns/L= no-headers output-watch-events raw= selector/l= server-print show-kind show-labels sort-by= subresource= watch/w watch-only
kustomize: as-current-user enable-alpha-plugins enable-helm env/e= helm-api-versions= helm-command= helm-debug helm-kube-version= load-restrictor= mount= network network-name= output/o=
label: print files write all all-namespaces/A field-selector= list local overwrite resource-version= selector/l=
logs: all-containers all-pods container/c= follow/f ignore-errors insecure-skip-tls-verify-backend limit-bytes= max-log-requests= pod-running-timeout= prefix previous/p selector/l= since= since-time= tail= timestamps
options:
patch: print files write local patch/p= patch-file= subresource= type=
plugin: *
port-forward: address= pod-running-timeout=
proxy: accept-hosts= accept-paths= address= api-prefix= append-server-path disable-filter keepalive= port/p= reject-methods= reject-paths= unix-socket/u= www/w= www-prefix/P=
replace: print files make cascade? force grace-period= raw= subresource= timeout= wait
rollout history: print files revision= selector/l=
rollout pause: print files field-manager= selector/l=
rollout restart: print files field-manager= selector/l=
rollout resume: print files field-manager= selector/l=
rollout status: files revision= selector/l= timeout= watch/w
rollout undo: print files dry-run? selector/l= to-revision=
run: print files make annotations= attach cascade? command env= expose force grace-period= image= image-pull-policy= labels/l= leave-stdin-open override-type= overrides= pod-running-timeout= port= privileged quiet/q restart= rm stdin/i timeout= tty/t wait
scale: print files dry-run? all current-replicas= replicas= resource-version= selector/l= timeout=
set env: print files write all containers/c= env/e= from= keys= list local overwrite prefix= resolve selector/l=
set image: print files write all local selector/l=
set resources: print files write all containers/c= limits= local requests= selector/l=
set selector: print write all filename/f= local recursive/R resource-version=
set serviceaccount: print files write all local
set subject: print files write all group= local selector/l= serviceaccount= user=
taint: print make all overwrite selector/l=
top node: no-headers selector/l= show-capacity sort-by= use-protocol-buffers
top pod: all-namespaces/A containers field-selector= no-headers selector/l= sort-by= sum use-protocol-buffers
uncordon: dry-run? selector/l=
version: client output/o=
wait: print all all-namespaces/A field-selector= filename/f= for= local recursive/R selector/l= timeout=`;

/** Other names of commands. */
const aliases: Readonly<Record<string, string>> = {
  cm: 'configmap',
  deploy: 'deployment',
  no: 'node',
  nodes: 'node',
  ns: 'namespace',
  pc: 'priorityclass',
  pdb: 'poddisruptionbudget',
  po: 'pod',
  pods: 'pod',
  resourcequota: 'quota',
  sa: 'serviceaccount',
  svc: 'service',
};

export interface Flag {
  readonly name: string;
  readonly value: 'none' | 'required' | 'optional';
}

/** A command of kubectl: its flags by long and short name, and what may stand after it. */
export interface KubectlCommand {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly anyFlag: boolean;
}

export interface KubectlTable {
  /** By their words: "rollout status". */
  readonly commands: ReadonlyMap<string, KubectlCommand>;
  readonly aliases: Readonly<Record<string, string>>;
}

export function createKubectlTable(): KubectlTable {
  const commands = new Map<string, KubectlCommand>();
  for (const line of table.trim().split('\n')) {
    const [name = '', rest = ''] = line.split(/:\s*/, 2);
    const words = rest.split(' ').filter((word) => word !== '');
    const flags = new Map<string, Flag>();
    for (const word of ['global', ...words].flatMap((each) => groups[each]?.split(' ') ?? [each])) {
      const [, long = '', short, mark] = /^([\w-]+)(?:\/(\w))?([=?])?$/.exec(word) ?? [];
      const flag: Flag = { name: long, value: mark === '=' ? 'required' : mark === '?' ? 'optional' : 'none' };
      flags.set(`--${long}`, flag);
      if (short) flags.set(`-${short}`, flag);
    }
    commands.set(name, { flags, anyFlag: rest === '*' });
  }
  return { commands, aliases };
}

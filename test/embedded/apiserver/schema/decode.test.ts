import { describe, expect, it } from 'vitest';
import { decode, parseJson } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';

/** Texts and results are those of a kube-apiserver 1.33. */
const schemas = Schemas.load();
const statefulSet = 'io.k8s.api.apps.v1.StatefulSet';

function decodeText(schemaName: string, text: string) {
  const { value, duplicates } = parseJson(text);
  return decode(schemas, schemaName, value, duplicates);
}

function decoded(schemaName: string, value: unknown): unknown {
  return decode(schemas, schemaName, value).object;
}

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It did not fail.');
}

describe('decoding', () => {
  it('writes what Go writes although nobody set it', () => {
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a' }] } };
    expect(decoded(statefulSet, { apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { template } })).toEqual({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { creationTimestamp: null },
      spec: {
        selector: null,
        serviceName: '',
        template: {
          metadata: { creationTimestamp: null, labels: { app: 'a' } },
          spec: { containers: [{ name: 'a', resources: {} }] },
        },
        updateStrategy: {},
      },
      status: { availableReplicas: 0, replicas: 0 },
    });
  });

  it('drops what Go omits, but keeps zeros behind pointers', () => {
    const pod = {
      metadata: { labels: {}, annotations: null },
      spec: {
        hostNetwork: false,
        nodeName: '',
        terminationGracePeriodSeconds: 0,
        affinity: {},
        tolerations: [],
        containers: [{ name: 'a', args: [], env: [{ name: 'X', value: '' }], securityContext: { runAsUser: 0 } }],
      },
    };
    expect(decoded('io.k8s.api.core.v1.Pod', pod)).toEqual({
      metadata: { creationTimestamp: null },
      spec: {
        affinity: {},
        containers: [{ name: 'a', env: [{ name: 'X' }], resources: {}, securityContext: { runAsUser: 0 } }],
        terminationGracePeriodSeconds: 0,
      },
      status: {},
    });
  });

  it('writes empty lists that are always there as null, and null bytes as empty', () => {
    expect(decoded('io.k8s.api.rbac.v1.Role', { rules: [] })).toMatchObject({ rules: null });
    expect(decoded('io.k8s.api.core.v1.Secret', { data: { a: '', b: null } })).toMatchObject({
      data: { a: '', b: '' },
    });
  });

  it('keeps an empty list of managedFields, which asks for them to be forgotten', () => {
    const configMap = decoded('io.k8s.api.core.v1.ConfigMap', { metadata: { managedFields: [] } });
    expect(configMap).toMatchObject({ metadata: { managedFields: [] } });
  });

  it.each([
    ['0.5', '500m'],
    [0.5, '500m'],
    ['1024Mi', '1Gi'],
    ['0.1Gi', '107374182400m'],
    ['1e3', '1e3'],
    ['1000', '1k'],
    ['0', '0'],
    [null, '0'],
  ])('makes the quantity %s %s', (given, canonical) => {
    const limits = { limits: { cpu: given } };
    expect(decoded('io.k8s.api.core.v1.ResourceRequirements', limits)).toEqual({ limits: { cpu: canonical } });
  });

  it.each([
    ['2020-06-01T10:11:12.9+02:00', '2020-06-01T08:11:12Z'],
    ['2024-02-29T23:59:59-05:30', '2024-03-01T05:29:59Z'],
    ['0001-01-01T00:00:00Z', null],
  ])('makes the time %s %s', (given, canonical) => {
    const meta = decoded('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', { creationTimestamp: given });
    expect(meta).toEqual({ creationTimestamp: canonical });
  });

  it('shares nothing with what it was given', () => {
    const data = { data: { a: '1' } };
    const object = decoded('io.k8s.api.core.v1.ConfigMap', data) as typeof data;
    expect(object.data).not.toBe(data.data);
  });

  it('keeps keys of maps that would change a prototype', () => {
    const { object } = decodeText('io.k8s.api.core.v1.ConfigMap', '{"data":{"__proto__":"x","constructor":"y"}}');
    const { data } = object as unknown as { data: object };
    expect(Object.entries(data)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });

  it('complains of unknown and duplicate fields in the order of the text', () => {
    const text =
      '{"foo":1,"spec":{"replicas":1,"x":1,"replicas":2,"template":{"spec":{"containers":[{"y":1}]}}},"__proto__":{}}';
    const { object, complaints } = decodeText(statefulSet, text);
    expect(complaints).toEqual([
      'unknown field "foo"',
      'unknown field "spec.x"',
      'duplicate field "spec.replicas"',
      'unknown field "spec.template.spec.containers[0].y"',
      'unknown field "__proto__"',
    ]);
    expect(object).toMatchObject({ spec: { replicas: 2 } });
    expect(Object.hasOwn(object, 'foo')).toBe(false);
  });

  it('complains no more than a hundred times', () => {
    const unknown = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`field${index}`, 1]));
    expect(decode(schemas, statefulSet, unknown).complaints).toHaveLength(100);
  });

  it.each([
    [
      '{"spec":{"replicas":"3"}}',
      'json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    [
      '{"spec":{"replicas":1.5}}',
      'json: cannot unmarshal number 1.5 into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    [
      '{"spec":{"replicas":3000000000}}',
      'json: cannot unmarshal number 3000000000 into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    ['{"spec":"a"}', 'json: cannot unmarshal string into Go struct field StatefulSet.spec of type v1.StatefulSetSpec'],
    [
      '{"spec":{"template":{"spec":{"containers":{}}}}}',
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      '{"spec":{"template":{"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}}}',
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32',
    ],
    [
      '{"metadata":{"labels":{"a":1}}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      '{"metadata":{"labels":"x"}}',
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      '{"spec":{"template":{"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":true}}}]}}}}',
      'json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.template.spec.containers.livenessProbe.httpGet.port of type int32',
    ],
    [
      '{"spec":{"template":{"spec":{"containers":[{"imagePullPolicy":1}]}}}}',
      'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.imagePullPolicy of type v1.PullPolicy',
    ],
    [
      '{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"abc"}}}]}}}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      '{"spec":{"template":{"metadata":{"creationTimestamp":"yesterday"}}}}',
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
  ])('refuses %s', (text, why) => {
    expect(failure(() => decodeText(statefulSet, text))).toBe(
      `StatefulSet in version "v1" cannot be handled as a StatefulSet: ${why}`,
    );
  });

  it('names the kind that was sent and the kind that was expected', () => {
    const text = '{"apiVersion":"extensions/v1beta1","kind":"Deployment","spec":[]}';
    expect(failure(() => decodeText(statefulSet, text))).toBe(
      'Deployment in version "v1beta1" cannot be handled as a StatefulSet: json: cannot unmarshal array into Go struct field StatefulSet.spec of type v1.StatefulSetSpec',
    );
  });

  it('refuses bytes that are not base64', () => {
    expect(failure(() => decodeText('io.k8s.api.core.v1.Secret', '{"data":{"a":"YQ=%"}}'))).toBe(
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3',
    );
  });

  describe('of a strategic merge patch', () => {
    const patched = (value: unknown) => decode(schemas, statefulSet, value, [], 'strategic-merge-patch');

    it.each([
      [{ spec: { replicas: '3' } }, 'unrecognized type: int32'],
      [{ spec: { replicas: 1.5 } }, 'cannot convert float64 to int32'],
      [{ metadata: { labels: { x: 1 } } }, 'cannot convert int64 to string'],
      [{ metadata: { labels: 'x' } }, 'cannot restore map from string'],
      [{ spec: { template: { spec: { containers: 'x' } } } }, 'cannot restore slice from string'],
      [{ spec: [] }, 'cannot restore struct from: slice'],
    ])('refuses %j in other words', (value, why) => {
      expect(failure(() => patched(value))).toMatch(new RegExp(`: ${why}$`));
    });

    it('lets integers overflow', () => {
      expect(patched({ spec: { replicas: 3_000_000_000 } }).object).toMatchObject({ spec: { replicas: -1294967296 } });
    });
  });
});

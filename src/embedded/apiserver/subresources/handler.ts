import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Body, Caller, PatchOptions, WriteOptions } from '../engine/request.ts';
import type { Column, ResourceDefinition } from '../resource.ts';

/** One request to a subresource that answers with an object. */
export interface SubresourceCall {
  readonly caller: Caller;
  readonly definition: ResourceDefinition;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

/** What answers at …/NAME/SUBRESOURCE. A method that is absent is not allowed (405). Rejections are ApiErrors. */
export interface SubresourceHandler {
  /** What its bodies are: "Scale", "Eviction". */
  readonly kind: string;
  /** … and their OpenAPI name. */
  readonly schema: string;
  /** Of a table of what it answers with, where that is not the resource's own kind. */
  readonly columns?: readonly Column[];
  get?(call: SubresourceCall): KubeObject;
  create?(call: SubresourceCall, body: Body, options: WriteOptions): Promise<object>;
  update?(call: SubresourceCall, body: Body, options: WriteOptions): Promise<KubeObject>;
  patch?(call: SubresourceCall, body: Body, options: PatchOptions): Promise<KubeObject>;
}

/** Finds a kind's subresource by name. */
export interface Subresources {
  handler(definition: ResourceDefinition, subresource: string): SubresourceHandler | undefined;
}

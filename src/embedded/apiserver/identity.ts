import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { createServerIdentity, createSigningKey, type ServerIdentity } from './certificate.ts';

/** What makes a cluster the same one after a restart, to those who talk to it. */
export interface ClusterIdentity {
  readonly server: ServerIdentity;
  /** PEM of the key that ServiceAccounts' tokens are signed with. */
  readonly signingKey: string;
  readonly adminToken: string;
  /** The port it served on last. */
  readonly port?: number;
}

/** Reads it from the folder, or makes a new one; in memory only where there is no folder. */
export function loadIdentity(folder: string | undefined, clock: Clock): ClusterIdentity {
  if (folder) {
    try {
      return JSON.parse(readFileSync(file(folder), 'utf8')) as ClusterIdentity;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return {
    server: createServerIdentity(clock),
    signingKey: createSigningKey(),
    adminToken: randomBytes(32).toString('base64url'),
  };
}

export function saveIdentity(folder: string, identity: ClusterIdentity): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file(folder)}.new`;
  writeFileSync(temporary, JSON.stringify(identity), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file(folder));
}

function file(folder: string): string {
  return join(folder, 'identity.json');
}

/** A kubeconfig for the cluster's administrator. JSON is YAML too, but people read this file. */
export function kubeconfig(identity: ClusterIdentity, port: number): string {
  const authority = Buffer.from(identity.server.ca).toString('base64');
  return `apiVersion: v1
kind: Config
clusters:
- name: ordinal
  cluster:
    server: https://127.0.0.1:${port}
    certificate-authority-data: ${authority}
users:
- name: ordinal-admin
  user:
    token: ${identity.adminToken}
contexts:
- name: ordinal
  context:
    cluster: ordinal
    user: ordinal-admin
    namespace: default
current-context: ordinal
`;
}

import { atLeast, atMost, type Goal, shareOfPeer, timesPeer } from './figures.ts';

/** The numbers to beat, by the figures' names. */
export const goals: Readonly<Record<string, Goal>> = {
  'start to nodes list over HTTPS': atMost(700, 'ms'),
  '3-replica StatefulSet ready, --speed learner': atMost(2, 's'),
  '3-replica StatefulSet ready, --speed max': atMost(0.3, 's'),
  'kubectl get pods -A, p50': shareOfPeer(1),
  'list 10 Pods, p50': atMost(2, 'ms'),
  'list 10 Pods, p99': atMost(8, 'ms'),
  'get one ConfigMap, p50': shareOfPeer(0.5),
  'get one ConfigMap, p99': shareOfPeer(0.5),
  'create ConfigMap on disk, p50': shareOfPeer(1),
  'create ConfigMap on disk, p99': shareOfPeer(1),
  'list 500 ConfigMaps, p50': shareOfPeer(0.5),
  'list 500 ConfigMaps, p99': shareOfPeer(0.5),
  'GET on 50 connections': timesPeer(3),
  'memory of learn with its cluster': atMost(140, 'MiB'),
  'memory of each further idle cluster': atMost(5, 'MiB'),
  'get one ConfigMap beside runaway containers, p99': atMost(100, 'ms'),
  'changes with 1,000 watches open': atLeast(190, '/s'),
  'change to tick, p95': atMost(150, 'ms'),
  // 20 s was the first goal. Starting kubectl alone takes longer for the commands that lessons consist of (README).
  'whole rehearsal': atMost(240, 's'),
};

#!/bin/bash
set -e
kubectl get service kubia
kubectl rollout status statefulset/kubia --timeout=5s > /dev/null
CLAIMS=$(kubectl get statefulset kubia -o jsonpath='{.spec.replicas}')
if [ "$CLAIMS" != "2" ]; then
  exit 1
fi
kubectl get pods -l app=kubia | grep -q Running
curl -s localhost:8080 | grep kubia-0

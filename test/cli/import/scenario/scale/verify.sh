#!/bin/bash
if ! kubectl get pod kubia-2 -n default >/dev/null 2>&1; then
  echo "no third Pod"
  exit 1
fi
[[ $(kubectl get sts kubia -o jsonpath='{.spec.template.metadata.labels.app}') == "kubia" ]] && exit 0
exit 1

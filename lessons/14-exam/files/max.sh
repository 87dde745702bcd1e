# Breaks something. If you read on, you know what.
kubectl apply -f max.yaml
kubectl rollout status statefulset/max >/dev/null
kubectl exec max-1 -- sh -c 'echo "Do not forget me." > /var/data/kubia.txt'
kubectl label pod max-1 app- >/dev/null
kubectl wait --for=jsonpath='{.status.replicas}'=2 statefulset/max --timeout=60s >/dev/null
echo "max has been worked on."

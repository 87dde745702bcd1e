# Breaks something. If you read on, you know what.
sed 's/name: store/name: data/' ida.yaml | kubectl apply -f - >/dev/null
kubectl rollout status statefulset/ida >/dev/null
kubectl exec ida-0 -- sh -c 'echo "I am Ida." > /var/data/kubia.txt'
kubectl delete statefulset ida >/dev/null
kubectl wait --for=delete pod/ida-0 --timeout=120s >/dev/null
kubectl apply -f ida.yaml >/dev/null
kubectl rollout status statefulset/ida >/dev/null
echo "ida has been set up anew."

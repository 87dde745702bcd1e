# Breaks something. If you read on, you know what.
kubectl apply -f leo.yaml
kubectl rollout status statefulset/leo >/dev/null
kubectl set image statefulset/leo kubia=ordinal/kubia:3 >/dev/null
echo "leo has been updated."

# Breaks something. If you read on, you know what.
kubectl apply -f rex.yaml
kubectl rollout status statefulset/rex

# Breaks something. If you read on, you know what.
kubectl apply -f mia.yaml

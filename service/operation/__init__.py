"""What whoever runs the service needs: metrics, logs, readiness, and how it ends."""

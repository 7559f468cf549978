// Ends with 0 when the server is ready to serve, for HEALTHCHECK: the image has no curl, and needs none.
const ready = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health/ready`).catch(() => undefined);
process.exit(ready?.ok ? 0 : 1);

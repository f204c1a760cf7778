"""The recorder: middlewares that mirror and record the traffic of ASGI and WSGI services."""

"""The desk as a WSGI application, for `weixi serve` or any other server."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

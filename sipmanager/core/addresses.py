"""What an address may hold."""

from django.http import HttpResponseBadRequest

NULL = "\x00"


class NoNullMiddleware:
    """Refuses an address with a null character in it: nobody types one, and PostgreSQL takes it in no text."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if NULL in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("This address cannot be read.", content_type="text/plain")
        return self.get_response(request)

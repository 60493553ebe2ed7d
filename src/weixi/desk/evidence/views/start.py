"""The way in: to the first page of evidence that the person's roles open."""

from django.http import HttpResponse
from django.shortcuts import redirect

from weixi.desk.evidence.templatetags.evidence import pages_of
from weixi.desk.org.requests import PersonRequest


def start(request: PersonRequest) -> HttpResponse:
    """To the first page that is open to the person."""
    return redirect(pages_of(request.sight, request.path)[0].address)

"""Addresses of `worker`."""

from django.urls import URLPattern

routes: list[URLPattern] = []

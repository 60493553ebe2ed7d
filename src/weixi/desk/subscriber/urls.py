"""Addresses of `subscriber`."""

from django.urls import URLPattern

routes: list[URLPattern] = []

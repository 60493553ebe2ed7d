"""Addresses of `planning`."""

from django.urls import URLPattern

routes: list[URLPattern] = []

"""Addresses of `scorecard`."""

from django.urls import URLPattern

routes: list[URLPattern] = []

"""Addresses of `dispatch`."""

from django.urls import URLPattern

routes: list[URLPattern] = []

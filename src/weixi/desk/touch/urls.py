"""Addresses of `touch`."""

from django.urls import URLPattern

routes: list[URLPattern] = []

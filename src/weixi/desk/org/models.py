"""Tables of the organisation."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """One row is one person who may sign in, by the staff number the operator gave (`username`)."""

"""Argon2 at its smallest cost, so that tests of passwords take milliseconds."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 8
    parallelism = 1


class CountingArgon2(SmallArgon2):
    """The same, counting how often a password was hashed."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingArgon2.hashed += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountingArgon2.hashed += 1
        return super().verify(password, encoded)

"""Keys and masks: how a person is named without being shown."""

import hashlib
import hmac


def mask_number(number: str) -> str:
    """A telephone number with its middle hidden: 13012345678 → 130****5678; a short one keeps two digits."""
    if len(number) < 11:
        shown = 2 if len(number) >= 7 else 0
        return "*" * (len(number) - shown) + number[len(number) - shown :]
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """A person's name with all but the first character hidden: 王小明 → 王**."""
    return name[:1] + "*" * (len(name) - 1)


def keyed_hash(key: bytes, *parts: str) -> str:
    """HMAC-SHA-256 (hex) of the parts under `key`, each part length-prefixed so that no two lists collide."""
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (p.encode() for p in parts))
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def fingerprint(*parts: str) -> str:
    """SHA-256 (hex) of the parts, each length-prefixed: the public name of a content."""
    return hashlib.sha256(
        b"".join(len(raw).to_bytes(8, "big") + raw for raw in (p.encode() for p in parts))
    ).hexdigest()

"""What each peer is asked to do, and the peers that hold their key in this process: Tink, Fernet, two field packages.

A field is one value of a person. `protect` turns all fields into what would be stored, `reveal` turns them back,
`rewrap` moves them to another key, `find` looks for one person by a number among `numbers`, `stored` is what a field
takes. A peer without an index finds by opening one number after another, because nothing else is open to it.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol

import psycopg
from cryptography.fernet import Fernet, MultiFernet

Connection = psycopg.Connection[tuple[Any, ...]]


class Peer(Protocol):
    """One way of sealing the same fields."""

    name: str
    fields: int  # how many `protect`, `reveal` and `rewrap` take at a time

    def protect(self) -> None:
        """Seal all fields."""

    def reveal(self) -> None:
        """Open all fields."""

    def rewrap(self) -> None:
        """Move all fields to another key."""

    def find(self, number: str) -> int:
        """The place of the person with this number."""

    def stored(self) -> float:
        """Bytes per field."""

    def end(self) -> None:
        """Leave nothing running."""


class Here(ABC):
    """A peer that seals and opens one text at a time in this process. Without an index it finds by opening all."""

    name: str

    def __init__(self, texts: Sequence[str], numbers: Sequence[str], connection: Connection) -> None:
        self.texts, self.connection, self.fields = texts, connection, len(texts)
        self.sealed: list[Any] = []
        self.keep(numbers)

    @abstractmethod
    def seal(self, text: str) -> Any:
        """What is stored of a text."""

    @abstractmethod
    def open(self, sealed: Any) -> str:
        """The text."""

    def renew(self, sealed: Any) -> Any:
        """The same text under another key."""
        return self.seal(self.open(sealed))

    def keep(self, numbers: Sequence[str]) -> None:
        """Store the numbers that are looked for."""
        self.sealed_numbers = [self.seal(number) for number in numbers]

    def find(self, number: str) -> int:
        return next(place for place, one in enumerate(self.sealed_numbers) if self.open(one) == number)

    def protect(self) -> None:
        self.sealed = [self.seal(text) for text in self.texts]

    def reveal(self) -> None:
        if [self.open(one) for one in self.sealed] != self.texts:
            raise AssertionError(self.name)

    def rewrap(self) -> None:
        self.sealed = [self.renew(one) for one in self.sealed]

    def stored(self) -> float:
        return sum(len(one) for one in self.sealed) / len(self.sealed)

    def end(self) -> None:
        self.sealed.clear()


class Indexed(Here):
    """A peer that makes a tag to find by."""

    table: str
    kind: str

    @abstractmethod
    def tag(self, text: str) -> Any:
        """The same for the same text, and nobody's without the key."""

    def keep(self, numbers: Sequence[str]) -> None:
        write_index(self.connection, self.table, self.kind, [self.tag(number) for number in numbers])

    def find(self, number: str) -> int:
        asked = f"SELECT place FROM {self.table} WHERE tag = %s"
        return int(self.connection.execute(asked, [self.tag(number)]).fetchone()[0])  # type: ignore[index]


def write_index(connection: Connection, table: str, kind: str, tags: Sequence[Any]) -> None:
    """A table of tags, by which a peer finds."""
    connection.execute(f"CREATE TABLE {table} (tag {kind} PRIMARY KEY, place integer NOT NULL)")
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for place, tag in enumerate(tags):
            copy.write_row((tag, place))
    connection.execute(f"ANALYZE {table}")


class Fernets(Here):
    """`cryptography`'s Fernet; MultiFernet.rotate moves to another key."""

    name = "Fernet"

    def __init__(self, *given: Any) -> None:
        self._one, self._both = Fernet(Fernet.generate_key()), None
        super().__init__(*given)
        self._both = MultiFernet([Fernet(Fernet.generate_key()), self._one])

    def seal(self, text: str) -> bytes:
        return self._one.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        return (self._both or self._one).decrypt(sealed).decode()

    def renew(self, sealed: bytes) -> bytes:
        assert self._both is not None
        return self._both.rotate(sealed)


class Tink(Indexed):
    """Google Tink's AES256-GCM with the place as associated data; AES-SIV makes the tag to find by."""

    name, table, kind = "Tink", "bench_tink", "bytea"

    def __init__(self, *given: Any) -> None:
        import tink
        from tink import aead, daead

        aead.register()
        daead.register()
        made = [tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM) for _ in range(2)]
        self._old, self._new = (handle.primitive(aead.Aead) for handle in made)
        siv = tink.new_keyset_handle(daead.deterministic_aead_key_templates.AES256_SIV)
        self._tags = siv.primitive(daead.DeterministicAead)
        self._now = self._old
        super().__init__(*given)

    def seal(self, text: str) -> bytes:
        return bytes(self._now.encrypt(text.encode(), b"place"))

    def open(self, sealed: bytes) -> str:
        return bytes(self._now.decrypt(sealed, b"place")).decode()

    def rewrap(self) -> None:
        other = self._new if self._now is self._old else self._old
        self.sealed = [other.encrypt(self._now.decrypt(one, b"place"), b"place") for one in self.sealed]
        self._now = other

    def tag(self, text: str) -> bytes:
        return bytes(self._tags.encrypt_deterministically(text.encode(), b"id_number"))


class FernetFields(Here):
    """django-fernet-encrypted-fields: what its field writes into and reads from a column; no index."""

    name = "django-fernet-encrypted-fields"

    def __init__(self, *given: Any) -> None:
        from django.conf import settings

        settings.SALT_KEY = ["benchmark-new", "benchmark-old"]
        from encrypted_fields.fields import EncryptedTextField

        self._field = EncryptedTextField()
        super().__init__(*given)

    def seal(self, text: str) -> str:
        return str(self._field.get_prep_value(text))

    def open(self, sealed: str) -> str:
        return str(self._field.from_db_value(sealed, None, None))


class GcmFields(Indexed):
    """django-field-encryption: AES-256-GCM fields, with its blind index of HMAC-SHA-256."""

    name, table, kind = "django-field-encryption", "bench_gcm_fields", "text"

    def __init__(self, *given: Any) -> None:
        from django.conf import settings

        settings.DATA_PROTECTION_KEYS = {"a": os.urandom(16).hex(), "b": os.urandom(16).hex()}
        settings.DATA_PROTECTION_ACTIVE_KEY_ID = "a"
        from django_field_encryption.encryption import FieldEncryptor, compute_hash
        from django_field_encryption.fields import EncryptedTextField

        self._settings, self._encryptor, self._hash = settings, FieldEncryptor, compute_hash
        self._field = EncryptedTextField()
        super().__init__(*given)

    def seal(self, text: str) -> str:
        return str(self._field.get_prep_value(text))

    def open(self, sealed: str) -> str:
        return str(self._field.from_db_value(sealed, None, None))

    def rewrap(self) -> None:
        active = self._settings.DATA_PROTECTION_ACTIVE_KEY_ID
        self._settings.DATA_PROTECTION_ACTIVE_KEY_ID = "b" if active == "a" else "a"
        self.sealed = [self._encryptor.rotate_value(one) for one in self.sealed]

    def tag(self, text: str) -> str:
        return str(self._hash(text, key_id="a"))


HERE = (Tink, Fernets, FernetFields, GcmFields)

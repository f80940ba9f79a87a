"""Clients (enterprises), persons and the relations between them; no clear personal field lives here."""

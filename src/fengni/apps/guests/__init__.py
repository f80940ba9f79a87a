"""Guests: clients and partners who come by a link and a code, never by an account."""

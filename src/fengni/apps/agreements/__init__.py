"""Agreements with clients and partners, and the shares that rest on them."""

"""Disposals: what is kept until when, what is destroyed by whom, and the certificate of it."""

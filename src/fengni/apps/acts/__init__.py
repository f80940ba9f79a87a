"""An act is a verb somebody is accountable for: authorise, run, record in one transaction.

Owns Grant, Block and Approval.
"""

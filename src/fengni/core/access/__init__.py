"""Who may do what: actors, and the one pure decision over facts. Default deny.

actor.py      a member of one tenant with roles, through one channel
decision.py   rule, resource, facts → Permit, or Denied with the name of the check that refused
tokens.py     what a guest's link or cookie carries
standing.py   whether somebody who is signed in may be here at all, before any page or act
"""

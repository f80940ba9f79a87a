"""Approvals: a second person says yes or no to what somebody asks for; one row of `acts.Approval` per yes."""

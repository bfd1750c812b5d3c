"""The pages of a SIP's record, and of finding SIPs."""

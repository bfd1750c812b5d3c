"""What is written in a SIP's own record: identity, facts, interests, confirmations; two records become one."""

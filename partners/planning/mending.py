"""What would let a SIP take a school that a rule keeps from them, by rule (D-13). Pure."""

# fmt: off
MENDS = {
    "SCH-1":  "Another first day, on which {school} is open, would do.",
    "SCH-2":  "{school} would have to be marked as in the programme.",
    "SCH-21": "An authority would have to run the SIP of {school}.",
    "SCH-4":  "The talk with the regional coordinator about {school} could be put on record.",
    "PRE-1":  "Accredit {partner} for {sector}, or find a SIP who is.",
    "ACC-28": "The authorities that were asked about {partner}'s deployments could confirm their records.",
    "PRE-7":  "{partner} could name this authority or its region as a place to work.",
    "REG-1":  "{partner} could take schools again.",
    "PRE-11": "A SIP without a link to {school} is needed.",
    "DEP-9":  "The deployment at {school} that runs on could be ended before the first day.",
    "DEP-10": "A SIP who has not had three years at {school} is needed.",
}
# fmt: on


def mend_of(rule: str, partner: str, school: str, sector: str) -> str:
    """The smallest change after which one rule would no longer refuse one pair."""
    words = MENDS.get(rule, "{partner} could be made to meet the rule, or another SIP found.")
    return words.format(partner=partner, school=school, sector=sector)

"""What the record calls an event of quality assurance, and what people call it. Pure."""

EVENTS = {
    "shadowvisit.plan": "Shadow visit planned",
    "shadowvisit.hold": "Shadow visit recorded",
    "shadowvisit.write": "Feedback of a shadow visit written",
    "shadowvisit.send": "Feedback of a shadow visit sent",
    "shadowvisit.cancel": "Shadow visit cancelled",
    "shadowvisit.comment": "SIP commented on a shadow visit",
}

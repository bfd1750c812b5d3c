"""The words in which a SIP's expertise is kept, so that people can search by them (REG-9). Pure."""

CONTEXTS = (
    "Inner city", "Town", "Rural", "Coastal", "Small school", "Large school", "Many pupils new to English",
    "Much disadvantage", "Service families", "Selective", "Single sex", "Boarding", "Federation", "Amalgamation", "New school",
)  # fmt: skip
OFSTED_POSITIONS = ("Outstanding", "Good", "Satisfactory", "Notice to improve", "Special measures")
SUBJECTS = (
    "English", "Mathematics", "Science", "Early years", "Information technology", "Languages", "Humanities", "Arts",
    "Physical education", "Design and technology", "Religious education", "Special educational needs", "Assessment",
    "Leadership", "Governance", "Finance", "Safeguarding",
)  # fmt: skip
FAITHS = (
    "Church of England",
    "Roman Catholic",
    "Methodist",
    "Jewish",
    "Muslim",
    "Sikh",
    "Hindu",
    "Other Christian",
    "Any faith",
)

# By kind; extra services are in the SIP's own words.
CHOICES: dict[str, tuple[str, ...]] = {
    "context": CONTEXTS,
    "ofsted": OFSTED_POSITIONS,
    "subject": SUBJECTS,
    "faith": FAITHS,
}

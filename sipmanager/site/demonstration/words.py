"""What the invented SIPs have written: for each section of a note a text of its own, in two tellings where there are many."""

# fmt: off
WORDS: dict[str, tuple[str, ...]] = {
    "evidence": (
        "Three lessons were *observed* with the deputy head in one morning, and work from nine classes was read. The head *reported* on attendance and on the last round of the school's own lesson observations. A group of ten pupils talked about their learning.",
        "The SIP *observed* two lessons and an assembly, walked the school with the head and read the tracking of every year group. The chair of governors *reported* what the governing body had asked for since the last visit.",
    ),
    "progress": (
        "Two of the three actions agreed in the summer are finished. Marking now names the next step in every book seen; punctuality is better, but not yet where the school wants it.",
        "The actions of the summer are under way. The first round of subject leaders' observations is complete, and its findings were shared with all staff in September.",
    ),
    "targets_now": (
        "The school is on course for its targets in mathematics. In writing, tracking shows eleven pupils who need extra support, and each of them has it.",
        "The targets for this year were set with class teachers and stand above what earlier attainment alone would suggest. The half-term check finds the majority of pupils on course.",
    ),
    "targets_next": (
        "The targets for next year are ambitious. The school and the SIP agree on them, and the governors have taken note of how they were reached.",
        "The school's estimate for English is higher than the SIP's. The difference lies in four pupils whose progress was slow last year; it will be looked at again in the spring.",
    ),
    "outcomes": (
        "Attainment rose for the third year. Boys do less well in writing than girls, and the gap has narrowed a little. Progress from low starting points is good in mathematics and satisfactory in writing.",
        "Results held steady while those of similar schools rose. Pupils who joined after the usual time make slower progress; the school knows who they are and has begun to act.",
    ),
    "wellbeing": (
        "Pupils feel safe and say so. Children in care are known to every adult who teaches them, and a designated teacher has time for the task. Healthy meals are taken by most pupils.",
        "Behaviour at break and in corridors was calm. Attendance is above that of similar schools. The school has yet to ask pupils what they think of its clubs.",
    ),
    "support_level": (
        "School and SIP agree on general support for this year. It rests on the results of the last three years and on the school's own sound evaluation.",
        "Outreach support in writing is agreed until Easter. By then the moderation of books with two neighbouring schools should show whether more is needed.",
    ),
    "priorities": (
        "The school has set itself three priorities: writing, the work of subject leaders and punctuality. They follow from the outcomes, and each has a measure and a date.",
        "Raising progress in writing comes first, and rightly. The plan says who leads, what it costs and how the governors will know that it has worked.",
    ),
    "performance": (
        "Results rose in mathematics and held steady in English. Boys' writing remains the weakest point, as the school itself says. Attendance and behaviour are good.",
        "Pupils made the progress expected of them in most subjects. The gap between groups is smaller than a year ago, but not closed.",
    ),
    "key_factors": (
        "Self-evaluation is sound: two joint observations on the visit led to the same judgements as the deputy head's. Performance management is linked to the priorities of the plan.",
        "Assessment is used well in the upper years and less surely in the lower ones. Middle leaders check each other's classes and act on what they find.",
    ),
    "how_achieved": (
        "The plan can be delivered with the staff and money there are. Governors monitor it each term. Outside support is wanted for the moderation of writing only.",
        "Leaders use few strategies and see them through. A colleague from a neighbouring school works with the new subject leader for science.",
    ),
    "support_impact": ("The adviser's work with the lower years has changed how reading is taught; the effect shows in the groups heard. It can end at Easter as planned.",),
    "targets_progress": ("The spring check finds the majority of pupils on course in both subjects. Six more than in the autumn have made up ground in writing.",),
    "teaching": ("Teaching *observed* was good or better in four lessons of five. The school's own record says the same, and pairs of teachers now plan together.",),
    "assessment": ("Marking is regular and says what comes next. Pupils can explain their targets. Leaders have begun to compare judgements between classes.",),
    "curriculum": ("The curriculum meets the needs of most pupils. A project on the town's history joined five subjects and drew in families.",),
    "care": ("Pupils at risk are known early, and what is done for them is recorded and reviewed. Work with outside services is prompt.",),
    "plan": ("The improvement plan has been carried out but for one action, which waits for the new building. External support had the effect that was hoped for.",),
    "leadership": ("Leaders know their school. Subject leaders could say what they had changed this year and what difference it had made, with evidence from books and from talking with pupils.",),
    "governance": ("Governors visit regularly and ask for evidence. They have not yet reviewed how well their own meetings work, which is the next step in their plan.",),
    "capacity": ("Leaders have brought about the improvement that they set out to bring about, two years running. The capacity to improve further is good.",),
    "overall": ("The school is a good one and says so with reason. What keeps it from being better still is the unevenness of progress in writing.",),
    "barriers": ("Two teachers leave in the summer, one of them the leader for mathematics. A successor is appointed; an overlap of some days would help.",),
    "inspection": ("The last inspection found a good school and asked for more challenge in science. The action plan that followed is complete.",),
    "context": ("The roll has grown for three years, and more pupils now join with little English. The school has adapted its welcome and its staffing.",),
    "results": ("Results at the end of the infant years were the best for five years. At the end of the junior years, mathematics rose and writing held steady.",),
    "self_evaluation": ("The school's evaluation is honest and rests on evidence. It is a little hard on its own early years, where the visit found good practice.",),
    "school_priorities": ("Writing across the curriculum, the outdoor area and the induction of new staff. Each has a leader, a cost and a date.",),
    "whole_child": ("Music, sport and gardening belong to every pupil's week. Worship and reflection set the tone of the day.",),
    "head_support": ("The head would value a partner from another trust school and time away from the office one day a month. Both can be arranged.",),
    "strengths": ("The way in which older pupils read with younger ones could be shared with other schools of the trust.",),
    "actions": ("Both actions of the autumn are finished. The spelling scheme is in use in all classes and its effect is being measured.",),
    "attendance_governance": ("Attendance has risen since September. Governors have agreed how they will visit, and two have done so.",),
    "subject_leaders": ("Subject leaders have written a page each on where their subject stands. The curriculum map is complete for four year groups.",),
    "targets": ("Predictions for the summer lie close to the targets. The school knows the five pupils on whom it depends.",),
    "finance": ("The budget balances this year. From next year the fall in one year group will be felt, and the governors have planned for it.",),
}
LEFT_EMPTY = frozenset({"specialism"})  # for schools with a specialism alone
# fmt: on


def words_for(key: str, telling: int) -> str:
    """The text of a section; the tellings take turns from school to school. Raises `KeyError` for a section unknown here."""
    texts = WORDS[key]
    return texts[telling % len(texts)]

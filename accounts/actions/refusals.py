"""Why an action was not done."""


class Refused(Exception):
    """Nothing was changed; `sentences` say why, for a person."""

    def __init__(self, *sentences: str):
        super().__init__(" ".join(sentences))
        self.sentences = sentences

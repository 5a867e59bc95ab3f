"""The closed list of acts that can be recorded; each app registers its own in `<app>/audit.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """A kind of act: its code `app.noun.past_verb` and the sentence shown to a reader."""

    code: str
    sentence: str


_actions: dict[str, Action] = {}


def register(code: str, sentence: str) -> Action:
    """Add an act to the list; the same code twice is a programming error."""
    if code in _actions:
        raise ValueError(f"The act {code} is registered twice.")
    action = Action(code, sentence)
    _actions[code] = action
    return action


def sentence_of(code: str) -> str:
    """The words of a recorded act; a retired code is shown as it is."""
    action = _actions.get(code)
    return action.sentence if action else code


def all_actions() -> tuple[Action, ...]:
    return tuple(sorted(_actions.values(), key=lambda action: action.code))

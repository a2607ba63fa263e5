from __future__ import annotations

from app.controllers.history import History, Step


def steps(history: History, seen: list[str], *names: str) -> list[Step]:
    made = [
        Step(name, lambda n=name: seen.append(f"-{n}"), lambda n=name: seen.append(f"+{n}")) for name in names
    ]
    for step in made:
        history.push(step)
    return made


def test_steps_are_taken_back_last_first_and_made_again_in_their_order() -> None:
    history, seen = History(), []
    steps(history, seen, "a", "b")
    assert (history.next_undo, history.next_redo) == ("b", "")
    for _ in range(3):  # once more than there are
        history.undo()
    assert (seen, history.next_undo, history.next_redo) == (["-b", "-a"], "", "a")
    for _ in range(3):
        history.redo()
    assert seen == ["-b", "-a", "+a", "+b"]


def test_a_new_step_drops_what_was_taken_back() -> None:
    history, seen = History(), []
    steps(history, seen, "a", "b")
    history.undo()
    steps(history, seen, "c")
    assert (history.next_undo, history.next_redo) == ("c", "")
    history.redo()
    history.undo()
    assert seen == ["-b", "-c"]


def test_a_step_is_taken_back_out_of_turn_once() -> None:
    history, seen = History(), []
    first, _ = steps(history, seen, "a", "b")
    history.revert(first)
    history.revert(first)
    assert (seen, history.next_undo) == (["-a"], "b")


def test_what_changes_while_a_step_is_taken_back_is_no_step() -> None:
    history = History()
    history.push(Step("a", lambda: history.push(Step("b", int, int)), int))
    history.undo()
    assert (history.next_undo, history.next_redo) == ("", "a")


def test_only_the_latest_200_steps_are_held() -> None:
    history, seen = History(), []
    steps(history, seen, *(str(number) for number in range(205)))
    for _ in range(300):
        history.undo()
    assert seen[-1] == "-5"
    assert len(seen) == 200


def test_a_step_that_fails_leaves_the_history_usable() -> None:
    history, seen = History(), []
    history.push(Step("bad", lambda: [].pop(), int))
    try:
        history.undo()
    except IndexError:
        seen.append("failed")
    steps(history, seen, "a")
    history.undo()
    assert seen == ["failed", "-a"]

"""How well messages are understood: scores on labelled messages, and on hard figures, as tables.

A file holds JSON lines of one of two kinds. Messages have `text` and `labels` (topic, crisis, facts; `topic_alt` for other
topics a careful reader would accept, `ignore` for facts not to score). Figures have `text`, `asked` and `expect` (facts, and
`clarify`: what is to be asked again; `accept` for other outcomes that also pass). docs/testing.md shows both.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

CRISIS: Final = "crisis"
OUT_OF_SCOPE: Final = "out_of_scope"
FACTS: Final = ("state", "balance_owed", "home_value", "monthly_payment", "months_behind", "lender")
# The amounts that a wrong figure would falsify the estimate with.
MAIN_AMOUNTS: Final = ("balance_owed", "home_value")
FIGURE_FACTS: Final = ("state", "balance_owed", "home_value", "second_lien", "monthly_payment", "months_behind")

Line = dict[str, Any]
# From a text, the question asked and today to {"topic", "facts", "clarify", "crisis"}, as `leeward read` prints it.
Understand = Callable[[str, str | None, date], dict[str, Any]]


class BenchFileError(Exception):
    """A file that is no set of labelled messages, in one sentence."""


@dataclass
class Tally:
    """Right, wrong and missed answers of one fact; `clarified` are those of the missed that would be asked again."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    clarified: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was filled that is right; None where nothing was filled."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of what was stated that was filled right; None where nothing was stated."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass
class Scores:
    """The scores of one system on one file; shares are None where nothing was there to score."""

    name: str
    messages: int = 0
    strict: float | None = None
    lenient: float | None = None
    macro_f1_strict: float | None = None
    macro_f1_lenient: float | None = None
    scope_recall: float | None = None
    scope_precision: float | None = None
    crisis_recall: float | None = None
    crisis_false_alarms: float | None = None
    elsewhere_false_alarms: float | None = None
    facts: dict[str, Tally] = field(default_factory=dict)
    others_taken: int = 0
    figures_right: int = 0
    figures_clarified: int = 0
    figures_wrong: int = 0
    milliseconds: float | None = None


def read_lines(path: Path) -> list[Line]:
    """The lines of a file. Raises BenchFileError, in one sentence, for what is no such file."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise BenchFileError(f"{path} cannot be read; name a file of JSON lines.") from error
    except json.JSONDecodeError as error:
        raise BenchFileError(f"{path} holds a line that is no JSON; write one object a line.") from error
    if not lines or not all(isinstance(line, dict) and "text" in line and _kind(line) for line in lines):
        raise BenchFileError(f"{path} needs lines with `text`, and `labels` or `expect`.")
    return lines


def score(name: str, lines: Sequence[Line], understand: Understand, *, facts: bool = True) -> Scores:
    """The scores of one system. `facts` says whether it reads facts at all."""
    scores = Scores(name, messages=len(lines))
    understood = []
    times = []
    for line in lines:
        today = date.fromisoformat(line.get("expect", {}).get("ref_date") or line.get("on") or date.today().isoformat())
        begin = time.perf_counter()
        understood.append(understand(line["text"], line.get("asked"), today))
        times.append((time.perf_counter() - begin) * 1000)
    scores.milliseconds = statistics.median(times)
    pairs = list(zip(lines, understood, strict=True))
    _score_topics(scores, [(line, got) for line, got in pairs if line.get("labels", {}).get("topic")])
    _score_crisis(scores, [(line, got) for line, got in pairs if "labels" in line])
    if facts:
        _score_facts(scores, [(line, got) for line, got in pairs if "labels" in line])
        _score_figures(scores, [(line, got) for line, got in pairs if "expect" in line])
    return scores


def table(columns: Sequence[Scores]) -> str:
    """The scores side by side, as a Markdown table."""
    rows: list[tuple[str, list[str]]] = [
        ("messages", [str(scores.messages) for scores in columns]),
        ("topic accuracy, strict", [_percent(s.strict) for s in columns]),
        ("topic accuracy, lenient", [_percent(s.lenient) for s in columns]),
        ("topic macro-F1, strict", [_percent(s.macro_f1_strict) for s in columns]),
        ("topic macro-F1, lenient", [_percent(s.macro_f1_lenient) for s in columns]),
        ("out of scope, recall", [_percent(s.scope_recall) for s in columns]),
        ("out of scope, precision", [_percent(s.scope_precision) for s in columns]),
        ("crisis, recall", [_percent(s.crisis_recall) for s in columns]),
        ("crisis, false alarms on lines marked as none", [_percent(s.crisis_false_alarms) for s in columns]),
        ("crisis, false alarms elsewhere", [_percent(s.elsewhere_false_alarms) for s in columns]),
    ]
    for name in FACTS:
        rows.append((f"{name}, precision / recall", [_tally(scores.facts.get(name)) for scores in columns]))
    rows += [
        ("other amounts taken for owed or worth", [str(s.others_taken) if s.facts else "–" for s in columns]),
        ("figures right / clarified / wrong", [_figures(s) for s in columns]),
        ("milliseconds a message, median", [_number(s.milliseconds) for s in columns]),
    ]
    kept = [(label, cells) for label, cells in rows if any(cell != "–" for cell in cells)]
    head = [f"| | {' | '.join(scores.name for scores in columns)} |", f"|---|{'---:|' * len(columns)}"]
    return "\n".join([*head, *(f"| {label} | {' | '.join(cells)} |" for label, cells in kept)])


# ---------------------------------------------------------------- scoring


def _kind(line: Line) -> str | None:
    return next((kind for kind in ("labels", "expect") if isinstance(line.get(kind), dict)), None)


def _score_topics(scores: Scores, pairs: Sequence[tuple[Line, Line]]) -> None:
    if not pairs:
        return
    wanted = [line["labels"]["topic"] for line, _ in pairs]
    got = [understood["topic"] for _, understood in pairs]
    # Where another topic is as good, whoever names it is taken to have named the first.
    forgiven = [
        want if topic in (want, *line.get("topic_alt", ())) else topic
        for (line, _), want, topic in zip(pairs, wanted, got, strict=True)
    ]
    scores.strict = _share(sum(a == b for a, b in zip(wanted, got, strict=True)), len(pairs))
    scores.lenient = _share(sum(a == b for a, b in zip(wanted, forgiven, strict=True)), len(pairs))
    scores.macro_f1_strict = _macro_f1(wanted, got)
    scores.macro_f1_lenient = _macro_f1(wanted, forgiven)
    outside = [topic for want, topic in zip(wanted, got, strict=True) if want == OUT_OF_SCOPE]
    named = [want for want, topic in zip(wanted, forgiven, strict=True) if topic == OUT_OF_SCOPE]
    scores.scope_recall = _share(outside.count(OUT_OF_SCOPE), len(outside))
    scores.scope_precision = _share(named.count(OUT_OF_SCOPE), len(named))


def _macro_f1(wanted: Sequence[str], got: Sequence[str | None]) -> float | None:
    tallies: dict[str, Tally] = {topic: Tally() for topic in wanted}
    for want, topic in zip(wanted, got, strict=True):
        if want == topic:
            tallies[want].right += 1
            continue
        tallies[want].missed += 1
        if topic in tallies:
            tallies[topic].wrong += 1
    found = [tally.f1 or 0.0 for tally in tallies.values()]
    return _share(sum(found), len(found))


def _score_crisis(scores: Scores, pairs: Sequence[tuple[Line, Line]]) -> None:
    alarms: dict[str, list[bool]] = {"true": [], "false": [], "elsewhere": []}
    for line, understood in pairs:
        label = line["labels"].get("crisis", "elsewhere")
        marked = str(label).lower() if label != "elsewhere" else "true" if line["labels"].get("topic") == CRISIS else label
        if marked in alarms:
            alarms[marked].append(bool(understood["crisis"]))
    scores.crisis_recall = _share(sum(alarms["true"]), len(alarms["true"]))
    scores.crisis_false_alarms = _share(sum(alarms["false"]), len(alarms["false"]))
    scores.elsewhere_false_alarms = _share(sum(alarms["elsewhere"]), len(alarms["elsewhere"]))


def _score_facts(scores: Scores, pairs: Sequence[tuple[Line, Line]]) -> None:
    if not pairs:
        return
    scores.facts = {name: Tally() for name in FACTS}
    for line, understood in pairs:
        for name in FACTS:
            if name not in (line.get("ignore") or ()):
                _count(scores.facts[name], name, line["labels"].get(name), understood)
        main = {understood["facts"].get(name) for name in MAIN_AMOUNTS}
        scores.others_taken += sum(other["value"] in main for other in line["labels"].get("other_amounts", ()))


def _count(tally: Tally, name: str, want: Any, understood: Line) -> None:
    got = understood["facts"].get(name)
    if got is not None and _same(name, want, got):
        tally.right += 1
        return
    tally.wrong += got is not None
    if want is not None:
        tally.missed += 1
        tally.clarified += name in understood["clarify"]


def _same(name: str, want: Any, got: Any) -> bool:
    if name != "lender" or want is None:
        return bool(want == got)
    # One lender has many spellings ("Nationstar", "Nationstar Mortgage LLC").
    plain = [_plain(want), _plain(got)]
    return plain[0] in plain[1] or plain[1] in plain[0] or plain[0][:4] == plain[1][:4]


def _plain(name: str) -> str:
    """A lender's name by its letters and digits alone."""
    return "".join(character for character in name.casefold() if character.isalnum())


def _score_figures(scores: Scores, pairs: Sequence[tuple[Line, Line]]) -> None:
    for line, understood in pairs:
        outcome = _figure(line, understood)
        scores.figures_right += outcome == "right"
        scores.figures_clarified += outcome == "clarified"
        scores.figures_wrong += outcome == "wrong"


def _figure(line: Line, understood: Line) -> str:
    """Right, rightly clarified (what was to be clarified, or what may pass as such), or wrong."""
    expect, accept = line["expect"], tuple(line.get("accept") or ())
    facts, clarify = understood["facts"], understood["clarify"]
    asks = bool(expect["clarify"])
    for name in FIGURE_FACTS:
        if name not in expect and name not in MAIN_AMOUNTS and name != "state":
            continue
        want, got = expect.get(name), facts.get(name)
        if want == got:
            continue
        if f"clarify:{name}" in accept and name in clarify:
            asks = True
        elif f"{name}:{got}" not in accept:
            return "wrong"
    if "sale_date_iso" in expect and facts.get("sale_date") != expect["sale_date_iso"]:
        return "wrong"
    for name in expect["clarify"]:
        if name not in clarify and not any(f"{name}:{facts.get(name)}" == other for other in accept):
            return "wrong"
    return "clarified" if asks else "right"


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


# ---------------------------------------------------------------- writing


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _tally(tally: Tally | None) -> str:
    if tally is None or tally.right + tally.wrong + tally.missed == 0:
        return "–"
    return f"{_percent(tally.precision)} / {_percent(tally.recall)} ({tally.right} right)"


def _figures(scores: Scores) -> str:
    counted = (scores.figures_right, scores.figures_clarified, scores.figures_wrong)
    return "–" if not any(counted) else " / ".join(str(count) for count in counted)


def misses(lines: Iterable[Line], understand: Understand) -> list[str]:
    """The messages whose topic (leniently), crisis or figures were not understood, one line each."""
    found = []
    for line in lines:
        today = date.fromisoformat(line.get("expect", {}).get("ref_date") or line.get("on") or date.today().isoformat())
        got = understand(line["text"], line.get("asked"), today)
        if "expect" in line:
            if _figure(line, got) == "wrong":
                found.append(f"figures: {line['text']!r} gave {got['facts']}, to clarify {got['clarify']}")
            continue
        labels = line["labels"]
        topics = (labels.get("topic"), *line.get("topic_alt", ()))
        if labels.get("topic") and got["topic"] not in topics:
            found.append(f"topic: {line['text']!r} is {labels['topic']}, taken for {got['topic']}")
        if labels.get("crisis") in (True, False) and got["crisis"] != labels["crisis"]:
            found.append(f"crisis: {line['text']!r} is {labels['crisis']}, taken for {got['crisis']}")
    return found

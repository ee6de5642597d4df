"""The law files as text: one jurisdiction for a lawyer to print, read and sign, and a table of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from textwrap import fill
from typing import Any, Final

from leeward.core.language import Language, Words
from leeward.law import signatures
from leeward.law.fair_value import fair_value_credit
from leeward.law.files import HERE, read_as
from leeward.law.loader import codes, jurisdiction
from leeward.law.model import (
    Citations,
    Condition,
    DeadlineToSue,
    Jurisdiction,
    Process,
    Protection,
    Provision,
    Redemption,
)

WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class ReportLabels:
    """report_labels.yml: what the print calls its parts, and the law files' own values."""

    labels: dict[str, Words]
    values: dict[str, Words]


@dataclass(frozen=True, slots=True)
class Row:
    """One jurisdiction in one line; `deadline` and `redemption` are clocks ("90 days") or "see text"."""

    code: str
    name: str
    customary: str
    judicial: str
    nonjudicial: str
    fair_value: str
    deadline: str
    redemption: str
    confidence: str
    reviewed: bool

    def to_json(self) -> dict[str, Any]:
        """The row as plain JSON, under its field names."""
        return asdict(self)


def show(law: Jurisdiction, language: Language) -> str:
    """The whole of one jurisdiction's law as plain text, with citations, open questions and lines to sign."""
    return "\n".join(_Text(law, language).lines()) + "\n"


def table() -> list[Row]:
    """One row for each jurisdiction that has a file, by code."""
    return [_row(jurisdiction(code)) for code in codes()]


def table_text() -> str:
    """The table as plain text in columns."""
    rows = [[field.name.replace("_", " ") for field in fields(Row)], *(_cells(row) for row in table())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def _cells(row: Row) -> list[str]:
    return [("yes" if value else "no") if isinstance(value, bool) else value for value in asdict(row).values()]


def _row(law: Jurisdiction) -> Row:
    return Row(
        code=law.code,
        name=law.name.en,
        customary=law.customary,
        judicial=law.judicial.standing,
        nonjudicial=law.nonjudicial.standing,
        fair_value=fair_value_credit(law).applies,
        deadline=_clocks_in_short(law.deadlines_to_sue),
        redemption=_clocks_in_short(law.redemptions_after_sale),
        confidence=law.confidence,
        reviewed=law.reviewed_by is not None,
    )


def _clocks_in_short(rules: Sequence[Provision]) -> str:
    """The clocks of several rules in one cell; "see text" where none has a length."""
    return " / ".join(dict.fromkeys(filter(None, (_clock(rule, "en") for rule in rules)))) or "see text"


@cache
def _names() -> ReportLabels:
    return read_as(HERE / "report_labels.yml", ReportLabels)


def _clock(provision: Provision, language: Language) -> str:
    parts = [
        f"{count} {_names().labels[unit].in_language(language)}"
        for count, unit in ((provision.months, "months"), (provision.days, "days"))
        if count is not None
    ]
    if provision.ends_on is not None:
        parts.append(_names().labels[provision.ends_on].in_language(language))
    return ", ".join(parts)


class _Text:
    """One jurisdiction in one language, section by section."""

    def __init__(self, law: Jurisdiction, language: Language) -> None:
        self.law = law
        self.language = language

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._section("summary", self._paragraph(self.law.summary.in_language(self.language)))
        yield from self._section("processes", self._processes())
        yield from self._section("protections", self._protections())
        yield from self._section("circumstances", self._circumstances())
        yield from self._section("fair_value", self._fair_value())
        for place, provision in self.law.provisions:
            yield from self._section(re.sub(r"\[\d+\]", "", place), self._provision(place, provision))
        for name in ("deed_in_lieu", "short_sale", "consent_foreclosure"):
            yield from self._section(name, self._option_law(name))
        yield from self._section("junior_liens", self._junior_liens())
        yield from self._section("sources", self._list(self.law.sources))
        yield from self._section("open_questions", self._list(self.law.open_questions))
        yield from self._signature()

    def _head(self) -> Iterator[str]:
        law = self.law
        title = f"{self._label('title')}: {law.name.in_language(self.language)} ({law.code})"
        yield from (title, "=" * len(title))
        yield f"{self._label('as_of')}: {law.as_of.isoformat()}    {self._label('confidence')}: {self._value(law.confidence)}"
        yield f"{self._label('reviewed')}: {self._reviewed()}"
        yield f"{self._label('customary')}: {self._label(law.customary)}"

    def _reviewed(self) -> str:
        if self.law.reviewed_by is None:
            return self._label("not_reviewed")
        return f"{self._label('by')} {self.law.reviewed_by} {self._label('on')} {_day(self.law.reviewed_on)}"

    def _processes(self) -> Iterator[str]:
        processes: tuple[tuple[str, Process], ...] = (("judicial", self.law.judicial), ("nonjudicial", self.law.nonjudicial))
        for name, process in processes:
            yield from self._paragraph(f"{self._label(name)}: {self._value(process.standing)}")
            yield from self._citation(process.citations)
            yield from self._review(name, process)

    def _protections(self) -> Iterator[str]:
        if not self.law.protections:
            yield from self._paragraph(self._label("none"))
        for number, protection in enumerate(self.law.protections, start=1):
            yield from self._protection(number, protection)

    def _protection(self, number: int, protection: Protection) -> Iterator[str]:
        yield f"  {number}. {protection.id}"
        yield from self._paragraph(protection.words.in_language(self.language))
        yield from self._paragraph(f"{self._label('effect')}: {self._value(protection.effect)}")
        yield from self._paragraph(f"{self._label('when')}: {self._condition(protection.when)}")
        if protection.share is not None:
            yield from self._paragraph(f"{self._label('share')}: {protection.share}")
        if protection.effective_from or protection.effective_until:
            span = f"{_day(protection.effective_from)} – {_day(protection.effective_until)}"
            yield from self._paragraph(f"{self._label('in_force')}: {span}")
        yield from self._citation(protection.citations, protection.confidence)
        yield from self._review(f"protections[{number - 1}]", protection)

    def _circumstances(self) -> Iterator[str]:
        """The question behind each named circumstance, and what follows where the answer is yes."""
        if not self.law.circumstances:
            yield from self._paragraph(self._label("none"))
        for index, item in enumerate(self.law.circumstances):
            yield f"  {item.slug}"
            yield from self._paragraph(item.question.in_language(self.language))
            follows = (("excludes", item.excludes), ("contradicts", item.contradicts), ("allows", item.allows))
            told = [f"{name} = {_listed(value)}" for name, value in follows if value]
            told += ["person = not_liable"] if item.person else []
            told += [f"denied_by {name} = {_listed(tuple(map(str, values)))}" for name, values in item.denied_by.items()]
            yield from self._paragraph("; ".join(told) or self._label("changes_nothing"))
            yield from self._review(f"circumstances[{index}]", item)

    def _condition(self, when: Condition) -> str:
        """The conditions under the names that the file gives them, so that a correction finds its line."""
        set_fields = ((field.name, getattr(when, field.name)) for field in fields(Condition))
        told = [f"{name} = {_listed(value)}" for name, value in set_fields if value]
        return "; ".join(told) or self._label("always")

    def _fair_value(self) -> Iterator[str]:
        """Told from the protections, of which it names those that count the home's worth."""
        credit = fair_value_credit(self.law)
        processes = ", ".join(self._label(name) for name in credit.processes)
        yield from self._paragraph(self._value(credit.applies) + (f" ({processes})" if processes else ""))
        for protection in credit.protections:
            yield from self._paragraph(f"{protection.id}: {self._value(protection.effect)}")
            yield from self._citation(protection.citations, protection.confidence)

    def _provision(self, place: str, provision: Provision) -> Iterator[str]:
        yield from self._paragraph(provision.words.in_language(self.language))
        if provision.when != Condition():
            yield from self._paragraph(f"{self._label('when')}: {self._condition(provision.when)}")
        clock = _clock(provision, self.language)
        if clock:
            start = self._value(f"from_{provision.counts_from}") if provision.counts_from else self._label("start_not_told")
            yield from self._paragraph(f"{self._label('clock')}: {clock}, {start}")
        if isinstance(provision, Redemption) and provision.price:
            yield from self._paragraph(f"{self._label('price')}: {self._value(provision.price)}")
        if isinstance(provision, DeadlineToSue):
            yield from self._paragraph(self._value(provision.kind))
        yield from self._citation(provision.citations, provision.confidence)
        yield from self._review(place, provision)

    def _option_law(self, name: str) -> Iterator[str]:
        option_law = getattr(self.law, name)
        if option_law is None:
            yield from self._paragraph(self._label("none"))
            return
        yield from self._paragraph(self._value(option_law.deficiency))
        yield from self._paragraph(option_law.words.in_language(self.language))
        yield from self._citation(option_law.citations, option_law.confidence)
        yield from self._review(name, option_law)

    def _junior_liens(self) -> Iterator[str]:
        junior = self.law.junior_liens
        purchase_money = f"{self._label('purchase_money')}: {self._value(junior.purchase_money_standing)}"
        yield from self._paragraph(f"{self._value(junior.standing)}; {purchase_money}")
        yield from self._paragraph(junior.words.in_language(self.language))
        yield from self._citation(junior.citations, junior.confidence)
        yield from self._review("junior_liens", junior)

    def _review(self, place: str, statement: Any) -> Iterator[str]:
        """Where the statement stands in the file, and who has signed it as it now reads."""
        state = signatures.state(statement)
        told = self._label(f"statement_{state}")
        if statement.reviewed is not None:
            review = statement.reviewed
            told = f"{told} {self._label('by')} {review.by} {self._label('on')} {_day(review.on)}"
        yield from self._paragraph(f"[{'x' if state == 'signed' else ' '}] {place}: {told}", indent="      ")

    def _signature(self) -> Iterator[str]:
        yield from ("", *self._paragraph(self._label("sign"), indent=""), "")
        for name in ("name", "signature", "date"):
            yield from (f"{self._label(name)}: {'_' * 50}", "")

    def _section(self, label: str, body: Iterable[str]) -> Iterator[str]:
        yield from ("", self._label(label).upper(), *body)

    def _list(self, items: tuple[str, ...]) -> Iterator[str]:
        for item in items or (self._label("none"),):
            yield fill(item, WIDTH, initial_indent="  - ", subsequent_indent="    ")

    def _citation(self, citations: Citations, confidence: str | None = None) -> Iterator[str]:
        """All sources, with what was seen of each: a lawyer sees those from memory too."""
        told = "; ".join(f"{source.cite} [{self._value(source.seen)}, {source.seen_on.isoformat()}]" for source in citations)
        sure = f" [{self._label('confidence').lower()}: {self._value(confidence)}]" if confidence else ""
        yield from self._paragraph(f"{self._label('citation')}: {told or self._label('none')}{sure}", indent="      ")
        for source in citations:
            if source.href:
                yield f"        {source.href}"

    def _paragraph(self, text: str, indent: str = "    ") -> Iterator[str]:
        yield fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)

    def _label(self, name: str) -> str:
        return _names().labels[name].in_language(self.language)

    def _value(self, name: str) -> str:
        return _names().values[name].in_language(self.language)


def _day(day: date | None) -> str:
    return "…" if day is None else day.isoformat()


def _listed(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)

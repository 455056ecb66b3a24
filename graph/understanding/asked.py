"""A question as it was asked, cut into words."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from graph.search.words import cut, normal, stem, words

_RANGE: Final = re.compile(r"(?<![\d.,])(\d{1,3})\s*(?:[-–—]|till|to)\s*(\d{1,3})(?![\d.,])")
_LIST: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:\s*,\s*\d{1,3})*\s*(?:,|och|samt|respektive|and)\s*\d{1,3}(?![\d.,])")
_LISTED: Final = 3  # words from the last comma of a list to its last word
_WIDEST: Final = 60  # numbers that a range may hold

# Words of closed classes (question words, prepositions, auxiliaries …): what they say is the kind of question, not its subject.
_SWEDISH: Final = """
    och i av för på till en ett det den de som med om att är var vara varit blir bli blev ska skall kan kunna vid från inom samt eller enligt sin sina sitt har
    hade ha hur vad vem vems vilka vilken vilket vilkas när varför finns får få bör måste sig själv själva så dess deras här där då även också alla allt någon
    något några ingen inget inga inte ej bara endast mot mellan efter under över genom per respektive ut upp in ner än både andra annan annat denna detta dessa
    man vi ni jag han hon de dem dom sig min din vår er säger sägs står anges angiven angivet nämns enbart exakt egentligen exempelvis gäller sedan redan ännu
    många mycket ofta länge stor stort via går gå helt fullt fortfarande hos men utan medan vars innan
    dokument dokumenten dokumentet dokumenterat dokumenterad uttryckligen visa berätta lista ge mig
"""
_ENGLISH: Final = """
    the of and in to for a an is by on are was were be been being has have had do does did what which who whom whose when where why how shall should may can
    must will would could it its their there any some according with at from as that this these those than each between one say says said mention mentions
    mentioned document documents documented state stated states tell show list give me about into out up within under over only also both not no none or if so
    many much often long large big via go goes fully completely still but without while yet itself themselves before after
    he she they them his her our your i you we
"""
# Words that ask or compare without saying what is asked about: no statement need have them.
_ASKING: Final = """
    behandla behandlas hantera hanteras händer sker skiljer skiljas jämför jämföra jämfört jämförelse skillnad skillnader gemensamt likhet likheter två tre båda
    bägge förekommer förekomma uppges framgår redovisas beskrivs finns listas omnämns gällande angående kring uppgift uppgifter respektive varje
    vardera samtliga
    koppling kopplingen kopplad kopplat kopplade kopplas koppla länk länkar länken samband sambandet hänger ihop knyter förbinder
    förhållande relation relationen
    tabell sammanställ sammanställning översikt lista
    issue issues
    connected connection connections connects link links linked relation relations relate related tied table overview
    compare compared comparing versus differ difference differences common share shared two three both treated handled dealt happens happen appear appears
    listed described reported reports regarding concerning other others each every respectively apply applies exist exists refer refers
"""
ASKING: Final = frozenset(stem(w) for w in words(_ASKING))
_SPOKEN: Final = {"sv": frozenset(words(_SWEDISH)) - frozenset(words(_ENGLISH)), "en": frozenset(words(_ENGLISH)) - frozenset(words(_SWEDISH))}
_INTERROGATIVE: Final = frozenset(words("när var varför ofta många mycket stor länge vem sedan when where why often many much large long who since"))
_MANY: Final = frozenset(words("många antal antalet many number"))
_PART_OF: Final = frozenset(words("av of"))
_SIZES: Final = frozenset(words("stor stort stora hög högt large big high"))
_SUMS: Final = ("budget", "budgeten")
_AND: Final = frozenset(words("och samt respektive and respectively"))
_ONE: Final = frozenset(words("vem vilken vilket när var vart varifrån ofta who when where often"))
_COMPARING: Final = frozenset(
    words("jämför jämfört jämförelse jämförs skillnad skillnaden skillnader skiljer skilja likhet likheter likheterna lika olika respektive mellan både båda")
    + words("compare compared comparison difference differences differ differs similar alike respectively between both versus vs")
)
_KNOWN: Final = frozenset(words("de dessa the these"))
_BEFORE: Final = frozenset(words("och and hur how eller or i in"))
# The stems of English ones are left out: "state" has that of "statlig".
FUNCTION: Final = frozenset(stem(w) for w in words(_SWEDISH)) | frozenset(words(_SWEDISH)) | frozenset(words(_ENGLISH))


@dataclass(frozen=True)
class Asked:
    """The words of a question, their stems, and for those that stand for a range of numbers (7–13) what they stand for.

    `names` are the words written as names are: with a capital that no sentence asks for. `listed` are the words after a comma.
    """

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    ranges: dict[int, tuple[str, ...]]
    names: frozenset[int]
    listed: frozenset[int] = frozenset()

    def content(self, position: int) -> bool:
        """Whether a word says what the question is about; a number of known things ("the 49 goals") does not."""
        if self.words[position].isdigit() and position and self.words[position - 1] in _KNOWN:
            return False
        return self.words[position] not in FUNCTION and self.stems[position] not in FUNCTION

    def telling(self, position: int) -> bool:
        """Whether it also says what a statement must speak of, and does not only ask or compare."""
        return self.content(position) and self.stems[position] not in ASKING

    def language(self, expected: str) -> str:
        """The language ("sv", "en") that most of its words of closed classes are of; the expected one where there are as many of each."""
        return max((expected, *_SPOKEN), key=lambda lang: sum(w in _SPOKEN[lang] for w in self.words))

    def counted(self) -> tuple[int, ...]:
        """The positions of what a question asks the number of: the content words that follow "how many", also after "of the 49"."""
        start = next((i for i, w in enumerate(self.words) if w in _MANY), len(self.words)) + 1
        if self.words[start : start + 1] and self.words[start] in _PART_OF:
            start = next((i for i in range(start, len(self.words)) if self.content(i)), len(self.words))
        end = next((i for i in range(start, len(self.words)) if not self.content(i)), len(self.words))
        return tuple(range(start, end))

    def measured(self) -> tuple[int, ...]:
        """The positions of what a question asks the size of: the content words that follow "how large", and what is called a budget or a sum."""
        after = {i + 1 for i, w in enumerate(self.words) if w in _SIZES}
        return tuple(i for i in range(len(self.words)) if self.content(i) and (i in after or self.words[i].endswith(_SUMS)))

    def comparing(self) -> bool:
        """Whether a question sets things side by side."""
        return bool(_COMPARING & set(self.words))

    def joins(self) -> bool:
        """Whether a question puts several things together (and, respectively) or side by side."""
        return self.comparing() or bool(_AND & set(self.words))

    def together(self) -> frozenset[int]:
        """The positions of the words of a list of three or more ("a, b and c"), as far as they are single words."""
        ends = [i + 1 for i, w in enumerate(self.words[:-1]) if w in _AND]
        listed = [i for i in sorted(self.listed) if self.content(i) and self.content(i - 1)]
        end = next((e for e in ends if listed and 0 < e - listed[-1] <= _LISTED), None)
        return frozenset((listed[0] - 1, *listed, end)) if end is not None else frozenset()

    def single(self) -> bool:
        """Whether a question asks for one thing (who, when, which one)."""
        return not self.joins() and bool(_ONE & set(self.words[:2]))

    def asking(self, position: int, words: Container[str]) -> bool:
        """Whether a function word opens the question or a part of it (when, how many, … and where), and is one of these."""
        opens = position == 0 or self.words[position - 1] in _BEFORE
        return opens and self.words[position] in _INTERROGATIVE and self.stems[position] in words


def asked(text: str) -> Asked:
    """Cuts a question into words; "7–13" and "7, 9 och 13" are one word that stands for each of its numbers."""
    marks: dict[str, tuple[str, ...]] = {}

    def marked(numbers: tuple[str, ...]) -> str:
        mark = f"{numbers[0]}000000000{numbers[-1]}"
        marks[mark] = numbers
        return f" {mark} "

    def spread(found: re.Match[str]) -> str:
        first, last = int(found[1]), int(found[2])
        return marked(tuple(str(n) for n in range(first, last + 1))) if first < last <= first + _WIDEST else found[0]

    def listed(found: re.Match[str]) -> str:
        return marked(tuple(re.findall(r"\d+", found[0])))

    plain = _LIST.sub(listed, _RANGE.sub(spread, text))
    written = cut(plain)
    found = tuple(normal(w) for w in written)
    places = {i: marks[w] for i, w in enumerate(found) if w in marks}
    names = frozenset(i for i, w in enumerate(written) if w[0].isupper() and (i > 0 or w[1:] != w[1:].lower()))
    return Asked(text, found, tuple(stem(w) for w in found), places, names, _listed(plain))


def _listed(text: str) -> frozenset[int]:
    """The positions of the words that follow a comma."""
    parts = [len(cut(part)) for part in text.split(", ")]
    return frozenset(accumulate(parts[:-1]))

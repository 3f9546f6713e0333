"""Lines of a TOML text: what `tomllib` reads, and where it stands."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.toml_places import Path, line_of, places

TEXT = '''# [x] = not a table
quiet = true
a.b = 1
[hours] # [not]
days = ["Mon", # no ] here
  "Tue",

  'W]d',
]
when = 1979-05-27 07:32:00Z
[[rule]]
name = "a # [[no]] \\" = 3"
match = { kinds = ["number"], "the countries" = ["FR", 'D]E'], x = { y = [{ z = 1 }] } }
long = """
[[rule]]
x = "\\""""""
[[rule.stages]]
approvers = "manager"
[[ rule ]]
name = \'\'\'
[[rule]]\'\'\'
"quoted key" = 1
[[rule.stages]]
[[rule.stages]]
[[rule.stages.silence]]
after = 12:00:00
[rule.match]
kinds = []'''

LINES: dict[Path, int] = {
    ("quiet",): 2,
    ("a", "b"): 3,
    ("hours",): 4,
    ("hours", "days"): 5,
    ("hours", "days", 0): 5,
    ("hours", "days", 1): 6,
    ("hours", "days", 2): 8,
    ("hours", "when"): 10,
    ("rule", 0): 11,
    ("rule", 0, "name"): 12,
    ("rule", 0, "match", "kinds", 0): 13,
    ("rule", 0, "match", "the countries", 1): 13,
    ("rule", 0, "match", "x", "y", 0, "z"): 13,
    ("rule", 0, "long"): 14,
    ("rule", 0, "stages", 0): 17,
    ("rule", 0, "stages", 0, "approvers"): 18,
    ("rule", 1): 19,
    ("rule", 1, "name"): 20,
    ("rule", 1, "quoted key"): 22,
    ("rule", 1, "stages", 0): 23,
    ("rule", 1, "stages", 1): 24,
    ("rule", 1, "stages", 1, "silence", 0): 25,
    ("rule", 1, "stages", 1, "silence", 0, "after"): 26,
    ("rule", 1, "match"): 27,
    ("rule", 1, "match", "kinds"): 28,
}


def test_tables_keys_and_elements_are_found_on_their_lines() -> None:
    found = places(TEXT)
    assert {path: found.get(path) for path in LINES} == LINES
    assert places(TEXT.replace("\n", "\r\n")) == found, "lines end as they do on Windows"


def test_nothing_is_found_that_is_not_there() -> None:
    assert set(places(TEXT)) == paths_of(tomllib.loads(TEXT))


def test_what_is_missing_is_near_what_is_there() -> None:
    found = places(TEXT)
    assert line_of(found, ("rule", 1, "stages", 1, "approvers")) == 24
    assert line_of(found, ("rule", 0, "match", "kinds", 7)) == 13
    assert line_of(found, ("elsewhere",)) == 1


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    """Every path `tomllib` sees."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    inner = [(item, (*path, key)) for key, item in pairs]
    below = [paths_of(item, each) for item, each in inner if isinstance(item, dict | list)]
    return {each for _, each in inner}.union(*below)


KEYS = st.sampled_from(["a", "b-c", "1", '"d e"', "'f#'", '"g]\\""', "h.i"])
BLANKS = st.sampled_from(["", " ", "\t"])
GAPS = st.sampled_from(["", " ", "\n", ' # no ] } "\n', "\r\n  "])
SCALARS = st.sampled_from(
    ["1", "-2.5e3", "true", "inf", "07:32:00", date(2026, 1, 2).isoformat(), '""', "''", '"# ] \\" }"',
     "'\\'", '"""x\n]"""', '"""a""b"""""', "'''\n''q'''", '"""\\""""']
)  # fmt: skip


@st.composite
def arrays(draw: st.DrawFn, of: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(of, max_size=3))
    gap = draw(GAPS)
    return "[" + gap + ",".join(f"{gap}{one}{gap}" for one in items) + gap + "]"


VALUES = st.recursive(
    SCALARS, lambda inner: arrays(inner) | inner.map(lambda one: f"{{ k = {one}, 'l' = 1 }}")
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = []
    for number in range(draw(st.integers(0, 6))):
        blank = draw(BLANKS)
        lines.append(
            draw(
                st.one_of(
                    st.builds(lambda k, v, b=blank, n=number: f"{b}k{n}.{k}{b}={b}{v}{b}# = [", KEYS, VALUES),
                    st.builds(lambda k, b=blank, n=number: f"[{b}t{n}.{k}{b}] # x", KEYS),
                    st.builds(lambda k, b=blank: f"[[{b}list.{k}{b}]]", KEYS),
                    st.just("# [[no]]"),
                )
            )
        )
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@given(texts().filter(is_toml))
def test_it_sees_what_tomllib_sees(text: str) -> None:
    found = places(text)
    assert set(found) == paths_of(tomllib.loads(text))
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())

"""Facts that differ between patch releases: the register, the outputs and the pages agree."""

import re
from pathlib import Path

import pytest

from tests.support import bands, pages, strips, transcripts
from tests.support.bands import ROOT, Band

FACTS = bands.facts(bands.REGISTER.read_text())
BANDED = [file for file in sorted((ROOT / "examples").rglob("*.out")) if bands.band_of(file)]
TAB = re.compile(r"^/// tab \| (.+?)\n(.*?)^///$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_pages_show_the_fact(fact: bands.Fact) -> None:
    """Each page of a fact says it in the words of the register, after those of its band."""
    missing = [
        page
        for page in fact.pages
        if f"{fact.band.words}, {fact.sentence}" not in (ROOT / page).read_text()
    ]

    assert not missing, f"{fact.name}: write '{fact.band.words}, {fact.sentence}' on {missing}"


@pytest.mark.parametrize("page", pages.site_pages(), ids=pages.name)
def test_page_says_nothing_of_a_release_that_is_not_registered(page: Path) -> None:
    """A sentence with the words of a band is one of the register."""
    labels = re.findall(r"\b(?:Up to|From) \d+\.\d+\.\d+, (.+)", page.read_text())
    known = [fact.sentence for fact in FACTS if pages.name(page) in fact.pages]
    unknown = [line for line in labels if not any(line.startswith(each) for each in known)]

    assert not unknown, f"{pages.name(page)}: register {unknown} in {bands.REGISTER.name}"


@pytest.mark.parametrize("file", BANDED, ids=pages.name)
def test_banded_output_is_registered(file: Path) -> None:
    """A captured output with a band belongs to a fact with the same band."""
    owners = [fact for fact in FACTS if pages.name(file) in fact.outputs]

    assert [fact.band for fact in owners] == [bands.band_of(file)] * max(len(owners), 1)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_registered_outputs_are_shown(fact: bands.Fact) -> None:
    """The outputs of a fact exist, and stand on one of its pages."""
    for output in fact.outputs:
        assert (ROOT / output).exists()
        assert pages.included()[output] & set(fact.pages)


def test_bands_of_an_output_leave_no_gap() -> None:
    """Each release between the oldest and the newest has exactly one of the outputs."""
    for stem in {bands.NAMED.sub("", pages.name(file)) for file in BANDED}:
        found = sorted(
            band
            for file in BANDED
            if bands.NAMED.sub("", pages.name(file)) == stem and (band := bands.band_of(file))
        )
        until, since = found
        assert (until.side, since.side) == ("until", "from")
        assert since.release == (*until.release[:2], until.release[2] + 1)


def band_shown(path: str, section: str) -> Band | None:
    """Give the band of an output that a page includes, or of the strip beside it."""
    if path == strips.REGISTER:
        path = re.sub(r"-(until|from)-(\d+)-(\d+)-(\d+)$", r".\1-\2.\3.\4.", section)
    return bands.band_of(Path(path))


@pytest.mark.parametrize(
    "page", [page for page in pages.site_pages() if "until-" in page.read_text()], ids=pages.name
)
def test_page_shows_the_newest_band_first(page: Path) -> None:
    """The outputs of a page stand in tabs that are named after their bands, newest first."""
    tabs = TAB.findall(page.read_text())
    shown = [
        (title, band)
        for title, body in tabs
        for include in pages.INCLUDE.findall(body)
        if (band := band_shown(*include))
    ]

    assert len(shown) == len(re.findall(r'--8<-- ".*(?:until|from)-\d', page.read_text()))
    assert all(title == band.words for title, band in shown)
    titles = [title for title, body in tabs if re.search(r"(?:until|from)-\d", body)]
    assert titles[::2] == [title for title in titles if title.startswith("From")]
    assert titles[1::2] == [title for title in titles if title.startswith("Up to")]


def test_band_holds_its_release() -> None:
    """A band ends or begins with its release, and compares numbers and not letters."""
    until, since = Band.of("until", "3.14.8"), Band.of("from", "3.14.9")

    releases = ["3.14.2", "3.14.8", "3.14.9", "3.14.10", "3.15.0rc1"]
    assert [until.holds(each) for each in releases] == [True, True, False, False, False]
    assert [since.holds(each) for each in releases] == [False, False, True, True, True]
    assert until.words == "Up to 3.14.8"
    assert since.words == "From 3.14.9"


def test_capture_runs_the_band_of_the_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two outputs the one that holds the interpreter is written, with a strip of its own."""
    monkeypatch.setattr(transcripts, "ROOT", tmp_path)
    folder = tmp_path / "examples/a"
    folder.mkdir(parents=True)
    (tmp_path / strips.REGISTER).parent.mkdir()
    (tmp_path / strips.REGISTER).touch()
    old, new = folder / "a.until-3.13.99.out", folder / "a.from-3.14.0.out"
    for file in (old, new):
        file.write_text("$ echo fresh\nstale\n")
    with pytest.raises(transcripts.StaleTranscriptError, match=r"a\.from-3\.14\.0\.out is stale"):
        transcripts.check("examples/a/a.out", update=False)
    transcripts.check("examples/a/a.out", update=True)

    assert old.read_text() == "$ echo fresh\nstale\n"
    assert new.read_text() == "$ echo fresh\nfresh\n"
    assert list(strips.read((tmp_path / strips.REGISTER).read_text())) == ["a-from-3-14-0"]


def test_interpreter_without_a_band_is_named(tmp_path: Path) -> None:
    """A release that no output holds is no reason to run nothing."""
    (tmp_path / "a.until-3.13.99.out").write_text("$ true\n")

    with pytest.raises(FileNotFoundError, match=r"a\.out: 0 outputs for 3\.14"):
        bands.chosen(tmp_path / "a.out")


@pytest.mark.parametrize("entry", ["", "until = '3.14.8'\nfrom = '3.14.9'\n"])
def test_fact_without_one_band_is_refused(entry: str) -> None:
    """A fact has either a last release or a first one."""
    with pytest.raises(ValueError, match="shows: give either 'until' or 'from'"):
        bands.facts(f"[shows]\nsentence = 'it is'\npages = []\n{entry}")

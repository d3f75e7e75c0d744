"""Every fence on the site is run by a test, or says that it is not."""

from pathlib import Path

import pytest

from tests.support import fence_rules, pages


def faults(text: str) -> list[str]:
    """Apply the rules to one page, with `make x` as the only captured command."""
    return [
        fault
        for fence in pages.fences(text, "page.md")
        for fault in fence_rules.faults(fence, commands=frozenset({"make x"}))
    ]


@pytest.mark.parametrize("page", pages.site_pages(), ids=pages.name)
def test_fences_of_the_site(page: Path) -> None:
    """No page holds code or output that nothing runs."""
    commands = fence_rules.captured_commands()
    found = [
        fault
        for fence in pages.fences(page.read_text(), pages.name(page))
        for fault in fence_rules.faults(fence, commands=commands)
    ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        '```python\n--8<-- "examples/lab/__init__.py"\n```',
        "```python\nprint(1)\n#> 1\n```",
        "```bash\nmake x\n```",
        '```{ .text .no-copy }\n--8<-- "examples/x.out:2:"\n```',
        '```toml\n--8<-- "pyproject.toml"\n```',
        '```bash title="Not run here: needs a cluster"\nkubectl get pods\n```',
    ],
)
def test_allowed(text: str) -> None:
    """An include, inline Python, a captured command and a marked block are fine."""
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("```bash\n$ make x\n```", "page.md:1: drop the prompt, so that the reader can copy"),
        ("```bash\nmake y\n```", "page.md:1: no transcript runs 'make y'"),
        ("```{ .text .no-copy }\nhello\n```", "page.md:1: output is one include of a captured"),
        ('```text\n--8<-- "examples/x.out"\n```', "page.md:1: mark output with .no-copy"),
        ("```\nhello\n```", "page.md:1: include a file of the repository"),
        ("```toml\nstrict = true\n```", "page.md:1: include a file of the repository"),
        ('```toml hl_lines="2"\n--8<-- "a.toml"\n```', "page.md:1: unknown attribute hl_lines"),
        ('```{ .toml .fancy }\n--8<-- "a.toml"\n```', "page.md:1: unknown attribute fancy"),
        ('```bash title="Not run here: "\nmake y\n```', "page.md:1: write title="),
        ('```bash title="not run"\nmake y\n```', "page.md:1: write title="),
        ('\n\n```python\n--8<-- "a.py"\nprint()\n```', "page.md:3: a Python fence is one include"),
    ],
)
def test_refused(text: str, fault: str) -> None:
    """Anything else is an error that names the place and the repair."""
    found = faults(text)

    assert len(found) == 1
    assert found[0].startswith(fault)


@pytest.mark.parametrize("text", ["~~~python\nprint(1)\n~~~", "Text.\n\n    print(1)\n"])
def test_code_that_no_rule_sees(text: str) -> None:
    """Tildes and indented code are refused, since the tools do not see them."""
    with pytest.raises(ValueError, match=r"^page.md:\d: .* is never checked"):
        faults(text)

"""Ask once for what the commands of a page need, and explain what their outputs leave open.

The values stay in the reader's browser: site.js puts them into the commands. Where it does
not run, the commands name variables of the shell, and work as they stand.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

# What each variable stands for, and an example.
VARIABLES = {
    "PID": ("process", "4711"),
    "URL": ("address of the service", "http://127.0.0.1:8000"),
    "REDIS_URL": ("its Redis", "redis://127.0.0.1:6379"),
    "MANAGER": ("process that started the workers", "4700"),
}
PLACEHOLDERS = {
    r"\[PID\]": ("[PID]", "the number of the process"),
    r"\[L\]": ("[L]", "a line number of the standard library"),
    r"\[N\]": ("[N]", "a number that differs from run to run"),
    r"\[PORT\]": ("[PORT]", "a port"),
    r"\[task-\d+\]": ("[task-1]", "the id of a task"),
    r"\[stdlib\]|\[site-packages\]": ("[stdlib]", "a folder of your Python"),
}
STATUS = re.compile(r"^\? (\d+)$", re.MULTILINE)
USED = re.compile(r"\$(\w+)")
COMMANDS = re.compile(r'<div class="language-bash[^"]* highlight".*?</pre></div>', re.DOTALL)
OUTPUTS = re.compile(r'<div class="(?=[^"]*no-copy)[^"]*highlight".*?</pre></div>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the fields before the first command, and the key below the first output."""
    del config, files
    if not page.file.src_uri.startswith("runbook/"):
        return html
    used = set(USED.findall(TAGS.sub("", " ".join(COMMANDS.findall(html)))))
    needed = [name for name in VARIABLES if name in used]
    outputs = list(OUTPUTS.finditer(html))
    if outputs and (key := _key(" ".join(TAGS.sub("", one[0]) for one in outputs))):
        end = outputs[0].end()
        html = f"{html[:end]}\n{key}{html[end:]}"
    if needed and (first := COMMANDS.search(html)):
        html = f"{html[: first.start()]}{_fields(needed)}\n{html[first.start() :]}"
    return html


def _fields(names: list[str]) -> str:
    """Give a form with one field a variable."""
    fields = "".join(
        f'<label>{name} <input name="{name}" placeholder="{VARIABLES[name][1]}"'
        f' title="{VARIABLES[name][0]}" autocomplete="off" spellcheck="false"></label>'
        for name in names
    )
    example = f"{names[0]}={VARIABLES[names[0]][1]}"
    return (
        f'<form class="values" aria-label="Values for the commands" data-search-exclude>{fields}'
        f"<p>Put into every command of the page, and kept in this browser;"
        f" or set them in your shell: <code>{example}</code></p></form>"
    )


def _key(text: str) -> str:
    """Say what the placeholders in the outputs of a page stand for."""
    found = [
        f"<code>{name}</code> {meaning}"
        for pattern, (name, meaning) in PLACEHOLDERS.items()
        if re.search(pattern, text)
    ]
    if status := STATUS.search(text):
        found.append(f"<code>? {status[1]}</code> that the command ended with status {status[1]}")
    if not found:
        return ""
    return f'<p class="key" data-search-exclude>In the outputs, {"; ".join(found)}.</p>'

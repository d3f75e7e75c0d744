"""The modes of triage, as the page of what it does to a process lists them."""

# The rows of the page's table, with their options; {} is a folder for files.
MODES = {
    "triage PID": (),
    "--save FILE": ("--save", "{}/saved.json"),
    "--until OUTCOME": ("--until", "idle"),
    "--redis URL": ("--redis", "{redis}"),
    "--freeze": ("--freeze",),
    "--in-process": ("--in-process",),
    "triage FILE": (),
}

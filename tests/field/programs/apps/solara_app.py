"""A page."""

import solara


@solara.component
def Page():  # noqa: N802 # solara looks for this name
    return solara.Text("a page")

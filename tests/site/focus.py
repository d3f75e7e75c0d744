"""Tell in the browser whether a reader without a mouse sees where the focus is."""

# What shows that an element has the focus: itself, or the label of a hidden input.
SHOWS_FOCUS = """
() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const shown = [focused, focused.nextElementSibling, ...(focused.labels ?? []),
        focused.closest("form, .tabbed-set")?.querySelector("label")];
    return [shown.some(element => element && getComputedStyle(element).outlineStyle !== "none"),
        focused.outerHTML.slice(0, 120)];
}
"""

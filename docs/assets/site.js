// Names and focus that the theme leaves out. The block keeps these names out of the theme's script.
{
  const label = (element, text) => element?.setAttribute("aria-label", text);

  label(document.querySelector(".md-search"), "Search");

  // The theme adds a copy button to each block when it comes into view.
  const labelBlocks = () => document.querySelectorAll(".md-code__nav").forEach((bar, index) => label(bar, `Code block ${index + 1}`));
  new MutationObserver(labelBlocks).observe(document.querySelector(".md-content"), { childList: true, subtree: true });
  labelBlocks();

  // A wide table scrolls in place, so a keyboard must be able to reach it.
  const nearestHeading = (element) => {
    const headings = [...document.querySelectorAll(".md-typeset :is(h1, h2, h3)")];
    const before = headings.filter((heading) => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before.at(-1)?.firstChild?.textContent.trim() ?? document.title;
  };
  const mark = () => document.querySelectorAll(".md-typeset__scrollwrap").forEach((wrap, index) => {
    const wide = wrap.scrollWidth > wrap.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", `Table ${index + 1}: ${nearestHeading(wrap)}`]]) {
      if (wide) wrap.setAttribute(name, value); else wrap.removeAttribute(name);
    }
  });
  new ResizeObserver(mark).observe(document.querySelector(".md-content"));
  // The theme puts a table into its scroller after this script has run.
  new MutationObserver(mark).observe(document.querySelector(".md-content"), { childList: true, subtree: true });
}

// What a reader types into the fields of a page goes into every command of it, and nowhere else.
{
  const SAFE = /^[\w:/.@%+,~-]+$/;
  const form = document.querySelector("form.values");
  const variables = [...document.querySelectorAll(".language-bash .nv")].map((span) => [span, span.textContent]);
  const remember = (name, value) => {
    // A browser may keep nothing for a page that is read from disk.
    try { return value === undefined ? sessionStorage.getItem(name) ?? "" : sessionStorage.setItem(name, value); } catch { return ""; }
  };
  const put = ({ name, value }) => {
    const text = SAFE.test(value) ? value : `$${name}`;
    for (const [span, variable] of variables) if (variable === `$${name}`) span.textContent = text;
  };
  for (const field of form?.querySelectorAll("input") ?? []) {
    field.value = remember(field.name);
    put(field);
    field.addEventListener("input", () => {
      field.toggleAttribute("aria-invalid", field.value !== "" && !SAFE.test(field.value));
      remember(field.name, field.value);
      put(field);
    });
  }
  form?.addEventListener("submit", (event) => event.preventDefault());
}

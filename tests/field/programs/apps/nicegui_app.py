"""A page."""

import sys

from nicegui import ui

ui.label("a page")
ui.run(host="127.0.0.1", port=int(sys.argv[1]), show=False, reload=False)

"""A slider."""

import panel as pn

pn.widgets.IntSlider(name="count").servable()

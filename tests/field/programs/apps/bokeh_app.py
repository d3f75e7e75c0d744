"""A plot."""

from bokeh.plotting import curdoc, figure

plot = figure()
plot.line([1, 2, 3], [1, 4, 9])
curdoc().add_root(plot)

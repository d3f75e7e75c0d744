"""A form."""

import sys

import gradio

gradio.Interface(str.upper, "text", "text").launch(server_port=int(sys.argv[1]), quiet=True)

"""Serve the application at the port that the first argument names."""

import sys

import uvicorn

from tariffs.app import app

uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""A worker module with the imports of a grown service, standard library only."""

import asyncio
import email.message
import html.parser
import http.client
import logging.config
import sqlite3
import unittest.mock
import urllib.request
import xml.etree.ElementTree as ET
import zoneinfo

from examples.interpreters.harness import worker

IMPORTED = (
    asyncio,
    email.message,
    html.parser,
    http.client,
    logging.config,
    sqlite3,
    unittest.mock,
    urllib.request,
    ET,
    zoneinfo,
)


def ready() -> worker.Identity:
    """Give the identity of the worker, after the imports of this module."""
    if not IMPORTED:
        raise AssertionError("the imports above are the point")
    return worker.ready()

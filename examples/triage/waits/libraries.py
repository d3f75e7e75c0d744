"""All libraries that triage knows."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.waits.aio_pika import AIO_PIKA, AIORMQ
from examples.triage.waits.aiohttp import AIOHAPPYEYEBALLS, AIOHTTP
from examples.triage.waits.aiokafka import AIOKAFKA
from examples.triage.waits.aiomysql import AIOMYSQL, PYMYSQL
from examples.triage.waits.anyio import ANYIO
from examples.triage.waits.apscheduler import APSCHEDULER
from examples.triage.waits.arq import ARQ
from examples.triage.waits.asgiref import ASGIREF
from examples.triage.waits.asyncpg import ASYNCPG
from examples.triage.waits.bots import AIOGRAM, TELEGRAM
from examples.triage.waits.celery import BILLIARD, CELERY, KOMBU
from examples.triage.waits.distributed import DISTRIBUTED
from examples.triage.waits.faststream import FASTSTREAM
from examples.triage.waits.filelock import FILELOCK
from examples.triage.waits.granian import GRANIAN
from examples.triage.waits.grpc import GRPC
from examples.triage.waits.gunicorn import GUNICORN, UVICORN_WORKER
from examples.triage.waits.httpx import HTTPCORE2, HTTPX, HTTPX2
from examples.triage.waits.hypercorn import HYPERCORN
from examples.triage.waits.janus import JANUS
from examples.triage.waits.jupyter import IPYKERNEL, IPYTHON, JUPYTER_CLIENT
from examples.triage.waits.kinds import Library
from examples.triage.waits.litestar import LITESTAR
from examples.triage.waits.loops import ASYNC_TIMEOUT, GEVENT, TRIO, TWISTED
from examples.triage.waits.mcp import MCP
from examples.triage.waits.nats import NATS
from examples.triage.waits.pika import PIKA
from examples.triage.waits.procrastinate import PROCRASTINATE
from examples.triage.waits.psycopg import PSYCOPG, PSYCOPG_POOL
from examples.triage.waits.pymongo import MOTOR, PYMONGO
from examples.triage.waits.quart import QUART
from examples.triage.waits.redis import REDIS
from examples.triage.waits.retries import BACKOFF, STAMINA, TENACITY
from examples.triage.waits.sanic import SANIC
from examples.triage.waits.saq import SAQ
from examples.triage.waits.socketio import SOCKETIO
from examples.triage.waits.sqlalchemy import AIOSQLITE, SQLALCHEMY
from examples.triage.waits.standard_asyncio import ASYNCIO
from examples.triage.waits.standard_sockets import (
    HTTP,
    SELECTORS,
    SOCKETS,
    SOCKETSERVER,
    SUBPROCESS,
)
from examples.triage.waits.standard_threads import (
    CONCURRENT,
    LOGGING,
    MULTIPROCESSING,
    QUEUE,
    THREADING,
)
from examples.triage.waits.starlette import FASTAPI, SSE_STARLETTE, STARLETTE
from examples.triage.waits.sync_workers import DRAMATIQ, HUEY, RQ, WAITRESS
from examples.triage.waits.taskiq import TASKIQ, TASKIQ_REDIS
from examples.triage.waits.tornado import TORNADO
from examples.triage.waits.urllib3 import URLLIB3
from examples.triage.waits.uvicorn import UVICORN
from examples.triage.waits.websockets import WEBSOCKETS

# Each stands before what it is made of.
LIBRARIES = (
    UVICORN,
    UVICORN_WORKER,
    GUNICORN,
    HYPERCORN,
    GRANIAN,
    AIOHTTP,
    AIOHAPPYEYEBALLS,
    SANIC,
    TORNADO,
    LITESTAR,
    QUART,
    MCP,
    GRPC,
    FASTAPI,
    SSE_STARLETTE,
    STARLETTE,
    ASGIREF,
    JUPYTER_CLIENT,
    IPYKERNEL,
    IPYTHON,
    DISTRIBUTED,
    TASKIQ_REDIS,
    TASKIQ,
    ARQ,
    SAQ,
    FASTSTREAM,
    PROCRASTINATE,
    AIOGRAM,
    TELEGRAM,
    SOCKETIO,
    CELERY,
    KOMBU,
    BILLIARD,
    APSCHEDULER,
    DRAMATIQ,
    HUEY,
    RQ,
    WAITRESS,
    TENACITY,
    BACKOFF,
    STAMINA,
    SQLALCHEMY,
    AIOSQLITE,
    ASYNCPG,
    PSYCOPG_POOL,
    PSYCOPG,
    AIOMYSQL,
    PYMYSQL,
    MOTOR,
    PYMONGO,
    REDIS,
    AIO_PIKA,
    AIORMQ,
    PIKA,
    AIOKAFKA,
    NATS,
    HTTPX,
    HTTPX2,
    HTTPCORE2,
    URLLIB3,
    WEBSOCKETS,
    JANUS,
    FILELOCK,
    GEVENT,
    TWISTED,
    TRIO,
    ASYNC_TIMEOUT,
    ANYIO,
    ASYNCIO,
    SUBPROCESS,
    LOGGING,
    CONCURRENT,
    MULTIPROCESSING,
    QUEUE,
    THREADING,
    SOCKETSERVER,
    HTTP,
    SOCKETS,
    SELECTORS,
)


def functions_of(library: Library) -> Iterator[str]:
    """Give everything that a table names, chains as a whole."""
    for wait in library.waits:
        yield from wait.functions
    for root in library.roots:
        yield from root.functions
    yield from library.idle
    yield from library.loans
    yield from library.deadlines
    yield from library.shutdown
    yield from library.loops
    yield from library.steps

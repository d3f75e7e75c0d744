"""Bad candidate: work that needs a SQLAlchemy session.

A session cannot be handed over, and SQLAlchemy cannot be imported on the other
side. What works is to read outside and to hand over values.
"""

from concurrent.futures import InterpreterPoolExecutor

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from examples.interpreters.lessons import work
from examples.interpreters.lessons.attempt import attempt


def price_of_all() -> float:
    """Import SQLAlchemy and ask a database, all within the worker."""
    import sqlalchemy  # noqa: PLC0415 # the import in the worker is what is shown

    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        return float(connection.execute(sqlalchemy.text("SELECT 1")).scalar_one())


def main() -> None:
    """Try the three ways in one interpreter."""
    with Session(create_engine("sqlite://")) as session, InterpreterPoolExecutor(1) as pool:
        attempt("hand over the session", pool.submit(work.touch, session))
        attempt("import SQLAlchemy inside", pool.submit(price_of_all))
        rows = session.execute(text("VALUES (1.5), (2.5)")).scalars().all()
        attempt("hand over the values", pool.submit(work.total, [*rows]))


if __name__ == "__main__":
    main()

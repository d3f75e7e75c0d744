"""A user who visits nobody before he is told to."""

from locust import HttpUser, task


class Visitor(HttpUser):
    host = "http://127.0.0.1:9"

    @task
    def visit(self) -> None:
        self.client.get("/")

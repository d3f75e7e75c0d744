"""What triage knows about procrastinate, whose jobs lie in PostgreSQL."""

from __future__ import annotations

from examples.triage.waits.kinds import Library, Root

PROCRASTINATE = Library(
    "procrastinate",
    "procrastinate",
    roots=(Root("job", ("procrastinate.worker:Worker._process_job",)),),
    idle=(
        "procrastinate.worker:Worker._fetch_and_process_jobs",
        "procrastinate.worker:Worker._monitor_side_tasks",
        "procrastinate.worker:Worker._periodic_deferrer",
        "procrastinate.worker:Worker._poll_jobs_to_abort",
        "procrastinate.worker:Worker._run_loop",
        "procrastinate.worker:Worker._update_heartbeat",
    ),
)

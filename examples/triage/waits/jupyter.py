"""What triage knows about the kernel and the server of Jupyter."""

from __future__ import annotations

from examples.triage.waits.kinds import CHILD, CONNECT, READ, TASKS, Library, Root, Wait

IPYKERNEL = Library(
    "ipykernel",
    "ipykernel",
    waits=(Wait(TASKS, ("ipykernel.ipkernel:IPythonKernel.do_execute > nothing",), "a cell"),),
    roots=(
        # A cell runs for as long as its author likes.
        Root(
            "session",
            (
                "ipykernel.kernelbase:Kernel.dispatch_control",
                "ipykernel.kernelbase:Kernel.dispatch_shell",
            ),
        ),
    ),
    idle=(
        "ipykernel.iostream:OutStream._watch_pipe_fd",
        "ipykernel.parentpoller:ParentPollerUnix.run",
        "ipykernel.heartbeat:Heartbeat.run",
        "ipykernel.iostream:IOPubThread._run_event_pipe_gc",
        "ipykernel.iostream:IOPubThread._thread_main",
        "ipykernel.ipkernel:IPythonKernel.poll_stopped_queue",
        "ipykernel.kernelbase:Kernel.shell_channel_thread_main",
    ),
    loops=("ipykernel.kernelapp:IPKernelApp.start", "ipykernel.thread:BaseThread.run"),
)

JUPYTER_CLIENT = Library(
    "jupyter-client",
    "jupyter-client",
    waits=(
        Wait(
            READ,
            ("jupyter_client.channels:AsyncZMQSocketChannel.get_msg",),
            "a message of a kernel",
        ),
        Wait(
            CHILD,
            (
                "jupyter_client.manager:KernelManager._async_wait",
                "jupyter_client.provisioning.local_provisioner:LocalProvisioner.wait",
            ),
            "the end of a kernel",
        ),
        Wait(
            CONNECT,
            ("jupyter_client.client:KernelClient._async_wait_for_ready",),
            "a kernel that answers",
        ),
    ),
    idle=("jupyter_client.channels:HBChannel._async_run",),
)

IPYTHON = Library(
    "IPython",
    "ipython",
    idle=("IPython.core.history:HistorySavingThread.run",),
)

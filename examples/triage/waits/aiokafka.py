"""What triage knows about aiokafka."""

from __future__ import annotations

from examples.triage.waits.kinds import CONNECT, GET, JOIN, PUT, READ, SHUTDOWN, Library, Wait

AIOKAFKA = Library(
    "aiokafka",
    "aiokafka",
    waits=(
        Wait(
            SHUTDOWN,
            (
                "aiokafka.consumer.consumer:AIOKafkaConsumer.stop",
                "aiokafka.producer.producer:AIOKafkaProducer.stop",
            ),
            "the last messages of a Kafka client",
        ),
        Wait(
            CONNECT,
            (
                "aiokafka.client:AIOKafkaClient._wait_on_metadata",
                "aiokafka.client:AIOKafkaClient.bootstrap",
                "aiokafka.conn:create_conn",
                "aiokafka.consumer.consumer:AIOKafkaConsumer.start",
                "aiokafka.producer.producer:AIOKafkaProducer.start",
            ),
            "a connection to Kafka, or what Kafka says of its topics",
        ),
        Wait(
            PUT,
            (
                "aiokafka.producer.message_accumulator:MessageAccumulator.add_batch",
                "aiokafka.producer.message_accumulator:MessageAccumulator.add_message",
            ),
            "room in the buffer of the producer",
        ),
        Wait(
            JOIN,
            ("aiokafka.producer.producer:AIOKafkaProducer.flush",),
            "the confirmation of all messages in the buffer",
        ),
        Wait(
            GET,
            (
                "aiokafka.consumer.fetcher:Fetcher.fetched_records",
                "aiokafka.consumer.fetcher:Fetcher.next_record",
            ),
            "a message of Kafka",
            new_work=True,
        ),
        Wait(
            READ,
            ("aiokafka.producer.producer:AIOKafkaProducer.send_and_wait",),
            "the confirmation of Kafka",
        ),
        Wait(
            READ,
            (
                "aiokafka.client:AIOKafkaClient.send",
                "aiokafka.consumer.group_coordinator:GroupCoordinator.commit_offsets",
            ),
            "an answer of Kafka",
        ),
    ),
    idle=(
        "aiokafka.client:AIOKafkaClient._md_synchronizer",
        "aiokafka.conn:AIOKafkaConnection._read",
        "aiokafka.consumer.fetcher:Fetcher._fetch_requests_routine",
        "aiokafka.consumer.fetcher:Fetcher._proc_fetch_request",
        "aiokafka.consumer.fetcher:Fetcher._update_fetch_positions",
        "aiokafka.consumer.group_coordinator:GroupCoordinator._commit_refresh_routine",
        "aiokafka.consumer.group_coordinator:GroupCoordinator._coordination_routine",
        "aiokafka.consumer.group_coordinator:GroupCoordinator._heartbeat_routine",
        ("aiokafka.consumer.group_coordinator:NoGroupCoordinator._reset_committed_routine"),
        "aiokafka.producer.sender:Sender._sender_routine",
    ),
)
